"""The outermost layer of the site: what no view should ever see, and the form in which errors leave."""

import logging
import re
import uuid
from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from csp.utils import build_policy
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from editorial import tracing
from editorial.exceptions import Malformed
from editorial.http.problems import (
    CONTENT_TYPE,
    INTERNAL,
    NOT_FOUND,
    TOO_LARGE,
    Problem,
    answer,
    is_api,
    problem_of,
    refused,
    request_id,
)

logger = logging.getLogger(__name__)

LENGTH_REQUIRED = Problem(
    status=411, title="Length required", detail="Send Content-Length with the body.", code="length_required"
)
ASKED_AGAIN = "private, max-age=0, must-revalidate"
"""Kept by nobody but who asked, and used again by nobody without asking: what was true may not be any more. A cache
that is told nothing would guess for how long it may use an answer (RFC 9111, section 4.2.2)."""

_SANE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# Django writes bytes of a path that are not UTF-8 as escapes again. No address of this site holds any.
_BROKEN_PATH = re.compile(r"\x00|%[89A-F][0-9A-F]")
_LENGTH = re.compile(r"[0-9]{1,18}")
_UTF_8 = frozenset({"utf-8", "utf8"})


class EdgeRequest(WSGIRequest):
    """A request that can be made whatever its ``Content-Type`` holds.

    Django's own raises ValueError for ``charset*=nowhere''x``, before any middleware could answer. The WSGI application
    takes this class as its ``request_class``; the middleware then refuses the charset.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except ValueError:
            self.content_type, self.content_params = "", {"charset": ""}


class EdgeMiddleware:
    """Names each request, refuses what cannot be read, and gives every error its form.

    Effect: ``request.request_id``, sent back as ``X-Request-ID``. 400 for NUL, for what is not UTF-8 and for headers
    that cannot be read; 411 and 413 for bodies whose length is unknown or too large. Whatever error Django or another
    middleware answers under ``/api/`` becomes problem details; what the API itself answers stays as it is. What says
    nothing to caches is ``ASKED_AGAIN``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent = request.headers.get("X-Request-ID", "")
        request.request_id = sent if _SANE_ID.fullmatch(sent) else uuid.uuid4().hex  # type: ignore[attr-defined]
        with tracing.within(request_id=request_id(request)):
            problem = unreadable(request)
            response = refusal(request, problem) if problem else self.get_response(request)
            if response.status_code == INTERNAL.status:
                logger.error("%s %s failed: request %s", request.method, request.path, request_id(request))
        if is_api(request):
            give_form(request, response)
        response["X-Request-ID"] = request_id(request)
        response.headers.setdefault("Cache-Control", ASKED_AGAIN)
        if request.method == "HEAD" and isinstance(response, HttpResponse) and response.content:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""  # servers leave it out as well, but warn of it each time
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal that left a view outside the API; anything else is a bug and becomes Django's 500."""
        problem = problem_of(exception)
        return None if problem is None else answer(request, problem)


def refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The answer to what reaches no other layer, with the header that one of them would have added."""
    response = answer(request, problem)
    response["Content-Security-Policy"] = build_policy()
    return response


def give_form(request: HttpRequest, response: HttpResponseBase) -> None:
    """Rewrite an error that is not of the API's own making as problem details.

    The response keeps its headers and cookies: ``Allow``, ``Retry-After`` and the like are among them.
    """
    own = isinstance(response, Response) or response.get("Content-Type") == CONTENT_TYPE
    if isinstance(response, HttpResponse) and not own and response.status_code >= HTTPStatus.BAD_REQUEST:
        response.content = problem_of_status(response).as_json(request).content
        response["Content-Type"] = CONTENT_TYPE
        response["Content-Length"] = str(len(response.content))


def problem_of_status(response: HttpResponse) -> Problem:
    """What can be told of an error from nothing but its status."""
    known = {problem.status: problem for problem in (INTERNAL, NOT_FOUND, TOO_LARGE)}
    phrase = response.reason_phrase
    code = re.sub(r"\W+", "_", phrase.lower())
    bare = Problem(status=response.status_code, title=phrase, detail=f"{phrase}.", code=code)
    return known.get(response.status_code, bare)


# --- what cannot be read --------------------------------------------------------------------------------------------


def unreadable(request: HttpRequest) -> Problem | None:
    """The first reason why this request should reach no view, or None."""
    checks = (unreadable_address, unreadable_headers, unreadable_length, wrong_address)
    return next(filter(None, (check(request) for check in checks)), None)


def unreadable_address(request: HttpRequest) -> Problem | None:
    """400 for NUL bytes, and for escapes that are not UTF-8, in the path or the query string."""
    if _BROKEN_PATH.search(request.path_info) or not _is_clean(request.META.get("QUERY_STRING", "")):
        return refused(Malformed("The address holds a NUL or is not UTF-8.", code="malformed_address"))
    return None


def _is_clean(query: str) -> bool:
    try:
        return "\x00" not in unquote_to_bytes(query.encode("iso-8859-1")).decode()  # PEP 3333: bytes as Latin-1
    except UnicodeDecodeError:
        return False


def unreadable_headers(request: HttpRequest) -> Problem | None:
    """400 for headers that would break what reads them later."""
    if (request.content_params or {}).get("charset", "utf-8").lower() not in _UTF_8:
        return refused(Malformed("Everything here is UTF-8.", code="unsupported_charset"))
    authorization = request.headers.get("Authorization", "")
    if not (authorization.isascii() and authorization.isprintable()):
        return refused(Malformed("The Authorization header holds other than printable ASCII."))
    if "*=" in request.headers.get("Accept", ""):  # an extended parameter (RFC 8187) has no place in it
        return refused(Malformed("The Accept header cannot be read."))
    # A quoted cookie can hold any byte as an octal escape, NUL too.
    if any("\x00" in value for value in request.COOKIES.values()):
        return refused(Malformed("A cookie holds a NUL."))
    return None


def unreadable_length(request: HttpRequest) -> Problem | None:
    """400, 411 or 413 for a body of no readable length, of none at all, or of more than this address takes."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length:
        return unmeasured_body(request) if "HTTP_TRANSFER_ENCODING" in request.META else None
    if not _LENGTH.fullmatch(length):
        return refused(Malformed("Content-Length is not a number.", code="malformed_length"))
    return TOO_LARGE if int(length) > most_bytes(request) else None


def most_bytes(request: HttpRequest) -> int:
    """The largest body that this address takes: files are sent to some."""
    files = request.path_info.startswith(tuple(settings.UPLOADS))
    return settings.MAX_UPLOAD_BYTES if files else settings.MAX_REQUEST_BYTES


def unmeasured_body(request: HttpRequest) -> Problem | None:
    """Read a chunked body to its end, or to the limit, and note its length; Django would take it for empty.

    411 from a server that does not end the input itself: reading it would wait for ever. 400 for chunks that are none.
    """
    if not request.META.get("wsgi.input_terminated"):
        return LENGTH_REQUIRED
    try:
        body = request.META["wsgi.input"].read(most_bytes(request) + 1)
    except Exception:  # of each server its own, for chunks that cannot be read or that do not come
        return refused(Malformed("The chunks of the body cannot be read to their end.", code="incomplete_body"))
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._stream = BytesIO(body)
    return TOO_LARGE if len(body) > most_bytes(request) else None


def wrong_address(request: HttpRequest) -> Problem | None:
    """404 for a write to an API address without its last slash: a redirect would turn it into a GET."""
    write = request.method not in SAFE_METHODS
    return NOT_FOUND if write and is_api(request) and not request.path_info.endswith("/") else None
