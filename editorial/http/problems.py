"""Error responses: RFC 9457 problem details under ``/api/``, an HTML page elsewhere.

``problem_of`` maps an exception to a problem. The API's exception handler, ``EdgeMiddleware`` and the handlers that
Django calls for 400, 403, 404 and 500 all use it, so the same error has the same response everywhere.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from http import HTTPStatus
from itertools import islice
from math import ceil

import psycopg
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, Error, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.encoding import escape_uri_path
from rest_framework import exceptions as rest
from rest_framework.request import Request
from rest_framework.settings import api_settings

from editorial.exceptions import Conflict, Fault, Malformed, NotFound, NotPermitted, Refusal, ScopeMissing, Unacceptable
from editorial.monitoring.outages import note_outage, outage_of

CONTENT_TYPE = "application/problem+json"
API_PREFIX = "/api/"
TOKEN_SCHEME = "Token"  # noqa: S105 - the scheme of the header, not a secret
# Errors of PostgreSQL while another transaction holds the row: the same request may succeed a moment later.
_BUSY = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)
MAX_SHOWN_SECONDS = 90  # a longer wait is shown in minutes
MAX_FAULTS = 20  # in one response, which so stays small whatever was sent


@dataclass(frozen=True, kw_only=True)
class Problem:
    """An error response."""

    status: int
    title: str
    detail: str
    code: str
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, object] = field(default_factory=dict)

    def as_json(self, request: HttpRequest | Request) -> JsonResponse:
        """Return the problem as ``application/problem+json``: ``code`` identifies it, ``errors`` name the places."""
        members = {
            "type": f"urn:imprimatur:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": escape_uri_path(request.path),
            "code": self.code,
            "errors": [{"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in self.faults],
            "request_id": request_id(request),
            **self.extensions,
        }
        return JsonResponse(members, status=self.status, content_type=CONTENT_TYPE, headers=dict(self.headers))

    def as_page(self, request: HttpRequest) -> HttpResponse:
        """Return the problem as a page. It is rendered without context processors, which may be what failed."""
        page = render_to_string("problem.html", {"problem": self, "request_id": request_id(request)})
        return HttpResponse(page, status=self.status, headers=dict(self.headers))


def request_id(request: HttpRequest | Request) -> str:
    """Return the id of the request. ``EdgeMiddleware`` sets it; a request refused before that gets a new one here."""
    if not hasattr(request, "request_id"):
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
    return request.request_id  # type: ignore[union-attr]


def is_api(request: HttpRequest) -> bool:
    """Return whether the request is to the API, and not to a page."""
    return request.path_info.startswith(API_PREFIX)


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the problem as a response: JSON under ``/api/``, a page elsewhere."""
    return problem.as_json(request) if is_api(request) else problem.as_page(request)


def problem_of_refusal(refusal: Refusal) -> Problem:
    """Return the refusal as a problem."""
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    return Problem(
        status=refusal.status,
        title=refusal.title,
        detail=refusal.detail,
        code=refusal.code,
        faults=refusal.faults,
        headers=headers,
    )


# The same text for objects that do not exist and that are not visible; an exception's own text could reveal which.
NOT_FOUND = problem_of_refusal(NotFound("There is nothing here that you can see."))
TOO_LARGE = Problem(status=413, title="Too large", detail="The body is larger than this site takes.", code="too_large")
INTERNAL = Problem(
    status=500,
    title="Something went wrong",
    detail="It is our fault, not yours. The request id finds it in our log.",
    code="internal_error",
)


# --- what an exception means over HTTP ------------------------------------------------------------------------------


@singledispatch
def problem_of(_exc: Exception) -> Problem | None:
    """Return the problem for an exception; None if the exception is a bug."""
    return None


@problem_of.register
def _(exc: Refusal) -> Problem:
    return problem_of_refusal(exc)


@problem_of.register
def _(exc: ScopeMissing) -> Problem:
    """The header has the form of RFC 6750, section 3, with the scheme of this site's tokens."""
    challenge = f'{TOKEN_SCHEME} error="insufficient_scope", scope="{exc.scope}"'
    return replace(problem_of_refusal(exc), headers={"WWW-Authenticate": challenge})


@problem_of.register(Http404)
@problem_of.register(rest.NotFound)
def _(_exc: Exception) -> Problem:
    return NOT_FOUND


@problem_of.register
def _(exc: PermissionDenied) -> Problem:
    return problem_of_refusal(NotPermitted(str(exc) or "You may not do this."))


@problem_of.register
def _(exc: rest.PermissionDenied) -> Problem:
    return problem_of_refusal(NotPermitted(str(exc.detail)))


@problem_of.register
def _(exc: rest.ParseError) -> Problem:
    return problem_of_refusal(Malformed(str(exc.detail)))


@problem_of.register
def _(_exc: UnreadablePostError) -> Problem:
    return problem_of_refusal(Malformed("The body ended before its announced length.", code="incomplete_body"))


@problem_of.register
def _(_exc: RequestDataTooBig) -> Problem:
    return TOO_LARGE


@problem_of.register
def _(exc: rest.ValidationError) -> Problem:
    faults = tuple(islice(faults_of(exc.detail), MAX_FAULTS))
    detail = faults[0].detail if len(faults) == 1 else "The request has several errors."
    return problem_of_refusal(Unacceptable(detail, faults=faults))


@problem_of.register
def _(exc: rest.Throttled) -> Problem:
    """The detail can be shown to a reader."""
    wait = getattr(exc, "wait", None) or 0
    return _status_problem(exc, detail=f"That was too often. Please try again in {_wait_in_words(wait)}.")


def _wait_in_words(seconds: float) -> str:
    """Return a wait in words, rounded up to seconds, or to minutes if it is long."""
    if seconds > MAX_SHOWN_SECONDS:
        return f"{ceil(seconds / 60)} minutes"
    return "a moment" if seconds <= 1 else f"{ceil(seconds)} seconds"


@problem_of.register
def _(exc: rest.APIException) -> Problem:
    """The other exceptions of the REST framework (401, 405, 406 and 415), with its own text."""
    return _status_problem(exc, detail=str(exc.detail))


def _status_problem(exc: rest.APIException, *, detail: str) -> Problem:
    headers = {"WWW-Authenticate": getattr(exc, "auth_header", None), "Retry-After": getattr(exc, "wait", None)}
    return Problem(
        status=exc.status_code,
        title=HTTPStatus(exc.status_code).phrase,
        detail=detail,
        code=exc.default_code,
        headers={name: str(value) for name, value in headers.items() if value is not None},
    )


@problem_of.register
def _(exc: Error) -> Problem | None:
    """An outage of the database. Any other error of the database is a bug, unless it is registered below."""
    outage = outage_of(exc)
    if outage is None:
        return None
    note_outage(outage, now=timezone.now())
    return Problem(
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        title="Not available right now",
        detail=f"{outage.detail} Please try again in {_wait_in_words(outage.retry_after)}.",
        code=outage.code,
        headers={"Retry-After": str(outage.retry_after)},
    )


@problem_of.register
def _(exc: OperationalError) -> Problem | None:
    if not isinstance(exc.__cause__, _BUSY):
        return problem_of.dispatch(Error)(exc)
    return problem_of_refusal(Conflict("Someone else is changing this right now.", code="busy", retry_after=1))


@problem_of.register
def _(exc: IntegrityError) -> Problem | None:
    """A unique violation: two requests created the same record concurrently. Any other IntegrityError is a bug."""
    if not isinstance(exc.__cause__, psycopg.errors.UniqueViolation):
        return None
    return problem_of_refusal(Conflict("Someone else has just created the same record.", code="made_meanwhile"))


@problem_of.register
def _(_exc: DataError) -> Problem:
    return problem_of_refusal(Unacceptable("A value is out of the range that can be stored.", code="out_of_range"))


def escape_pointer(key: object) -> str:
    """Return ``key`` escaped for a JSON pointer (RFC 6901, section 3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def faults_of(detail: object, pointer: str = "") -> Iterator[Fault]:
    """Yield the messages of a REST framework validation error, each as a fault with the JSON pointer to its place.

    Errors of an object as a whole (``non_field_errors``) point to the object. For a query parameter, the pointer has
    its name.
    """
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            whole = key == api_settings.NON_FIELD_ERRORS_KEY
            yield from faults_of(value, pointer if whole else f"{pointer}/{escape_pointer(key)}")
    elif isinstance(detail, list):  # messages about one place, or one entry for each member of a submitted list
        for index, member in enumerate(detail):
            yield from faults_of(member, f"{pointer}/{index}" if isinstance(member, Mapping | list) else pointer)
    else:
        yield Fault(pointer=pointer, code=getattr(detail, "code", None) or "invalid", detail=str(detail))
