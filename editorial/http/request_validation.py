"""The outermost middleware: it refuses malformed requests, and formats all errors as problems."""

import logging
import re
import uuid
from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from urllib.parse import unquote_to_bytes

from csp.utils import build_policy
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from editorial.exceptions import Malformed
from editorial.http.problems import (
    CONTENT_TYPE,
    INTERNAL,
    NOT_FOUND,
    TOO_LARGE,
    Problem,
    is_api,
    problem_of,
    problem_of_refusal,
    problem_response,
    request_id,
)
from editorial.monitoring import logging_context
from editorial.record.canonical_json import JSONDict

logger = logging.getLogger(__name__)

LENGTH_REQUIRED = Problem(
    status=411, title="Length required", detail="Send Content-Length with the body.", code="length_required"
)
REVALIDATE = "private, max-age=0, must-revalidate"
"""Only the browser may store the response, and must revalidate it before each use, because it may be outdated. Without
this header, a cache would choose a freshness lifetime by itself (RFC 9111, section 4.2.2)."""

_VALID_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
# Django escapes bytes of a path that are not UTF-8 again. No address of this site has such escapes.
_BROKEN_PATH = re.compile(r"\x00|%[89A-F][0-9A-F]")
_LENGTH = re.compile(r"[0-9]{1,18}")
_UTF_8 = frozenset({"utf-8", "utf8"})


class EdgeRequest(WSGIRequest):
    """A request that can be created with any ``Content-Type``.

    Django's own class raises ValueError for ``charset*=nowhere''x``, before any middleware runs. The WSGI application
    has this class as its ``request_class``; ``EdgeMiddleware`` then refuses the charset.
    """

    def _set_content_type_params(self, meta: JSONDict) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except ValueError:
            self.content_type, self.content_params = "", {"charset": ""}


class EdgeMiddleware:
    """Gives each request an id, refuses malformed requests, and formats errors.

    Sets ``request.request_id`` and the header ``X-Request-ID``. Responds with 400 to NUL, invalid UTF-8 and malformed
    headers, and with 411 or 413 to bodies whose length is unknown or too large. Under ``/api/``, errors of Django and
    other middleware become problem details; responses of the API itself are not changed. A response without
    ``Cache-Control`` gets ``REVALIDATE``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent_id = request.headers.get("X-Request-ID", "")
        request.request_id = sent_id if _VALID_ID.fullmatch(sent_id) else uuid.uuid4().hex  # type: ignore[attr-defined]
        with logging_context.within(request_id=request_id(request)):
            problem = first_problem(request)
            response = edge_response(request, problem) if problem else self.get_response(request)
            if response.status_code == INTERNAL.status:
                logger.error("%s %s failed: request %s", request.method, request.path, request_id(request))
        if is_api(request):
            rewrite_as_problem(request, response)
        response["X-Request-ID"] = request_id(request)
        response.headers.setdefault("Cache-Control", REVALIDATE)
        if request.method == "HEAD" and isinstance(response, HttpResponse) and response.content:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""  # servers drop the body of a HEAD response, too, but with a warning
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Respond to a refusal from a view outside the API; any other exception is a bug and becomes Django's 500."""
        problem = problem_of(exception)
        return None if problem is None else problem_response(request, problem)


def edge_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the error response to a request that reaches no other middleware, with the CSP header of one of them."""
    response = problem_response(request, problem)
    response["Content-Security-Policy"] = build_policy()
    return response


def rewrite_as_problem(request: HttpRequest, response: HttpResponseBase) -> None:
    """Rewrite an error response that the API did not create itself as problem details.

    The response keeps its headers and cookies, for example ``Allow`` and ``Retry-After``.
    """
    own = isinstance(response, Response) or response.get("Content-Type") == CONTENT_TYPE
    if isinstance(response, HttpResponse) and not own and response.status_code >= HTTPStatus.BAD_REQUEST:
        response.content = problem_of_status(response).as_json(request).content
        response["Content-Type"] = CONTENT_TYPE
        response["Content-Length"] = str(len(response.content))


def problem_of_status(response: HttpResponse) -> Problem:
    """Return the problem for an error of which only the status is known."""
    known = {problem.status: problem for problem in (INTERNAL, NOT_FOUND, TOO_LARGE)}
    phrase = response.reason_phrase
    code = re.sub(r"\W+", "_", phrase.lower())
    default = Problem(status=response.status_code, title=phrase, detail=f"{phrase}.", code=code)
    return known.get(response.status_code, default)


# --- malformed requests ---------------------------------------------------------------------------------------------


def first_problem(request: HttpRequest) -> Problem | None:
    """Return the first reason why this request is refused before it reaches a view, or None."""
    checks = (address_problem, headers_problem, length_problem, missing_slash)
    return next(filter(None, (check(request) for check in checks)), None)


def address_problem(request: HttpRequest) -> Problem | None:
    """Return 400 for NUL bytes, and for escapes that are not UTF-8, in the path or the query string."""
    if _BROKEN_PATH.search(request.path_info) or not _is_clean(request.META.get("QUERY_STRING", "")):
        return problem_of_refusal(Malformed("The address holds a NUL or is not UTF-8.", code="malformed_address"))
    return None


def _is_clean(query: str) -> bool:
    try:
        return "\x00" not in unquote_to_bytes(query.encode("iso-8859-1")).decode()  # PEP 3333: bytes as Latin-1
    except UnicodeDecodeError:
        return False


def headers_problem(request: HttpRequest) -> Problem | None:
    """Return 400 for headers that later code could not parse."""
    if (request.content_params or {}).get("charset", "utf-8").lower() not in _UTF_8:
        return problem_of_refusal(Malformed("Everything here is UTF-8.", code="unsupported_charset"))
    authorization = request.headers.get("Authorization", "")
    if not (authorization.isascii() and authorization.isprintable()):
        return problem_of_refusal(Malformed("The Authorization header holds other than printable ASCII."))
    if "*=" in request.headers.get("Accept", ""):  # extended parameters (RFC 8187) are not allowed in it
        return problem_of_refusal(Malformed("The Accept header cannot be read."))
    # A quoted cookie can have any byte as an octal escape, even NUL.
    if any("\x00" in value for value in request.COOKIES.values()):
        return problem_of_refusal(Malformed("A cookie holds a NUL."))
    return None


def length_problem(request: HttpRequest) -> Problem | None:
    """Return 400, 411 or 413 for a body whose length is malformed, missing, or larger than this address accepts."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length:
        return chunked_body_problem(request) if "HTTP_TRANSFER_ENCODING" in request.META else None
    if not _LENGTH.fullmatch(length):
        return problem_of_refusal(Malformed("Content-Length is not a number.", code="malformed_length"))
    return TOO_LARGE if int(length) > max_body_bytes(request) else None


def max_body_bytes(request: HttpRequest) -> int:
    """Return the largest body that this address accepts, in bytes; more for addresses of file uploads."""
    is_upload = request.path_info.startswith(tuple(settings.UPLOADS))
    return settings.MAX_UPLOAD_BYTES if is_upload else settings.MAX_REQUEST_BYTES


def chunked_body_problem(request: HttpRequest) -> Problem | None:
    """Read a chunked body to its end, or to the limit, and set its length; Django would treat it as empty.

    Returns 411 if the server does not terminate the input itself, because reading it would block forever; 400 for
    malformed chunks; 413 for a body above the limit.
    """
    if not request.META.get("wsgi.input_terminated"):
        return LENGTH_REQUIRED
    try:
        body = request.META["wsgi.input"].read(max_body_bytes(request) + 1)
    except Exception:  # each server raises its own for chunks that are malformed or missing
        return problem_of_refusal(
            Malformed("The chunks of the body cannot be read to their end.", code="incomplete_body")
        )
    request.META["CONTENT_LENGTH"] = str(len(body))
    request._stream = BytesIO(body)
    return TOO_LARGE if len(body) > max_body_bytes(request) else None


def missing_slash(request: HttpRequest) -> Problem | None:
    """Return 404 for a write to an API address without its final slash; a redirect would turn it into a GET."""
    is_write = request.method not in SAFE_METHODS
    return NOT_FOUND if is_write and is_api(request) and not request.path_info.endswith("/") else None
