"""``Idempotency-Key``: a POST that is sent again gets its first answer again and does nothing."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import connection, transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from editorial.canonical import sha256_hex
from editorial.exceptions import Conflict, Malformed, Unacceptable
from editorial.models import StoredAnswer, User

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
SECRETS = frozenset({"password", "code"})
_KEPT_HEADERS = ("ETag", "Location", "Link")

V = TypeVar("V")
P = ParamSpec("P")
Handler = Callable[Concatenate[V, Request, P], Response]


def idempotent(handler: Handler[V, P]) -> Handler[V, P]:
    """Let a view's POST handler run once for each ``Idempotency-Key`` of a user; without a key, or a user, as always.

    The handler and the keeping of its answer are one transaction, so a request that is refused leaves neither: it
    changed nothing, and is judged anew when it comes again. Write it below ``@action``.
    Raises Malformed (400) for a key that is not 1 to 255 visible ASCII characters, Conflict (409) while the first
    request with the key is under way, Unacceptable (422) for a key that came with another request.
    """

    @wraps(handler)
    def once(view: V, request: Request, *args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key")
        user = request.user
        if key is not None and not _KEY.fullmatch(key):
            raise Malformed("Idempotency-Key is 1 to 255 visible ASCII characters.", code="malformed_idempotency_key")
        if key is None or not isinstance(user, User):
            return handler(view, request, *args, **kwargs)
        fingerprint = fingerprint_of(request)
        with transaction.atomic():
            hold(key, user=user)
            kept = StoredAnswer.objects.filter(user=user, key=key).first()
            if kept is not None:
                return again(kept, fingerprint)
            response = handler(view, request, *args, **kwargs)
            keep(response, user=user, key=key, fingerprint=fingerprint)
            return response

    once.is_idempotent = True  # type: ignore[attr-defined]  # read by the schema
    return once


def fingerprint_of(request: Request) -> str:
    """SHA-256 over everything that decides what the request asks for.

    A password is left out: whoever reads the kept hash could try passwords against it. So is a one-time code: who asks
    again sends a new one.
    """
    data = request.data
    if isinstance(data, dict):
        data = {name: value for name, value in data.items() if name not in SECRETS}
    return sha256_hex([request.method, request.get_full_path(), data, request.headers.get("If-Match")])


def hold(key: str, *, user: User) -> None:
    """Take the key for the rest of the transaction; raise Conflict if another request has it."""
    digest = hashlib.sha256(f"Idempotency-Key {user.pk} {key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
        (gained,) = cursor.fetchone()
    if not gained:
        raise Conflict("The first request with this key is still under way.", code="in_progress", retry_after=1)


def again(kept: StoredAnswer, fingerprint: str) -> Response:
    """The answer that was kept; raise Unacceptable if it was given to another request."""
    if kept.fingerprint != fingerprint:
        raise Unacceptable("This Idempotency-Key came with another request.", code="idempotency_key_reused")
    return Response(kept.body, status=kept.status, headers={**kept.headers, "Idempotent-Replayed": "true"})


def keep(response: Response, *, user: User, key: str, fingerprint: str) -> None:
    """Store the answer as it leaves: its data in JSON, its status and the headers that belong to the content."""
    body: Any = json.loads(json.dumps(response.data, cls=JSONEncoder))
    StoredAnswer.objects.create(
        user=user,
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        body=body,
        headers={name: response[name] for name in _KEPT_HEADERS if name in response},
        answered_at=timezone.now(),
    )


def purge(*, before: datetime) -> int:
    """Forget the answers given before that moment; returns how many. Their keys can be used anew."""
    forgotten, _ = StoredAnswer.objects.filter(answered_at__lt=before).delete()
    return forgotten
