"""``Idempotency-Key``: a repeated POST gets the response of the first one and does nothing."""

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

from editorial.exceptions import Conflict, Malformed, Unacceptable
from editorial.models import StoredAnswer, User
from editorial.record.canonical_json import sha256_hex

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
SECRETS = frozenset({"password", "code", "passkey"})
_KEPT_HEADERS = ("ETag", "Location", "Link")

V = TypeVar("V")
P = ParamSpec("P")
Handler = Callable[Concatenate[V, Request, P], Response]


def idempotent(handler: Handler[V, P]) -> Handler[V, P]:
    """Run a view's POST handler once for each ``Idempotency-Key`` of a user; without key or user it runs each time.

    The handler runs in one transaction with the storing of its response. A refused request therefore changes and stores
    nothing, and is handled again when it is repeated. Write this decorator below ``@action``.
    Raises Malformed (400) for a key that is not 1 to 255 visible ASCII characters, Conflict (409) while the first
    request with the key is in progress, and Unacceptable (422) for a key that was sent with another request.
    """

    @wraps(handler)
    def once(view: V, request: Request, *args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key")
        user = request.user
        if key is not None and not _KEY.fullmatch(key):
            raise Malformed("Idempotency-Key is 1 to 255 visible ASCII characters.", code="malformed_idempotency_key")
        if key is None or not isinstance(user, User):
            return handler(view, request, *args, **kwargs)
        fingerprint = request_fingerprint(request)
        with transaction.atomic():
            lock_key(key, user=user)
            stored = StoredAnswer.objects.filter(user=user, key=key).first()
            if stored is not None:
                return replayed_response(stored, fingerprint, redact=getattr(view, "shown_again", None))
            response = handler(view, request, *args, **kwargs)
            store_response(response, user=user, key=key, fingerprint=fingerprint)
            return response

    once.is_idempotent = True  # type: ignore[attr-defined]  # read by the schema
    return once


def request_fingerprint(request: Request) -> str:
    """Return the SHA-256 over everything that makes two requests the same.

    A password is left out, because someone who reads the stored hash could test passwords against it. A one-time code
    is left out, because a repeated request has a new one.
    """
    data = request.data
    if isinstance(data, dict):
        data = {name: value for name, value in data.items() if name not in SECRETS}
    return sha256_hex([request.method, request.get_full_path(), data, request.headers.get("If-Match")])


def lock_key(key: str, *, user: User) -> None:
    """Lock the key until the transaction ends; raise Conflict if another request holds it."""
    digest = hashlib.sha256(f"Idempotency-Key {user.pk} {key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])
        (locked,) = cursor.fetchone()
    if not locked:
        raise Conflict("The first request with this key is still under way.", code="in_progress", retry_after=1)


def replayed_response(
    stored: StoredAnswer, fingerprint: str, *, redact: Callable[[Any], Any] | None = None
) -> Response:
    """Return the stored response; raise Unacceptable if the key was sent with another request.

    ``redact`` removes from its body what the sender may no longer read.
    """
    if stored.fingerprint != fingerprint:
        raise Unacceptable("This Idempotency-Key came with another request.", code="idempotency_key_reused")
    body = redact(stored.body) if redact else stored.body
    return Response(body, status=stored.status, headers={**stored.headers, "Idempotent-Replayed": "true"})


def store_response(response: Response, *, user: User, key: str, fingerprint: str) -> None:
    """Store the response: its data as JSON, its status, and the headers that describe the content."""
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


def delete_old_responses(*, before: datetime) -> int:
    """Delete the responses from before that moment and return how many. Their keys can be used again."""
    deleted, _ = StoredAnswer.objects.filter(answered_at__lt=before).delete()
    return deleted
