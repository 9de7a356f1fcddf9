"""Every refusal and failure in one form: RFC 9457 problem details under ``/api/``, one plain page elsewhere.

``problem_of`` says what an exception means over HTTP. The API's exception handler, the edge and the handlers that
Django calls for 400, 403, 404 and 500 all ask it, so that the same thing is refused alike wherever it happens.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from http import HTTPStatus
from itertools import islice
from math import ceil
from typing import Any

import psycopg
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.utils.encoding import escape_uri_path
from rest_framework import exceptions as rest
from rest_framework.request import Request
from rest_framework.settings import api_settings

from editorial.exceptions import Conflict, Fault, Malformed, NotPermitted, OutOfSight, Refusal, Unacceptable

CONTENT_TYPE = "application/problem+json"
API_PREFIX = "/api/"
# What PostgreSQL says when somebody else holds the row: the same request may succeed in a moment.
_BUSY = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
COUNTED_IN_SECONDS = 90  # a wait up to here
MAX_FAULTS = 20  # faults told at once, so that an answer stays small whatever was sent


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One answer that is not what was asked for."""

    status: int
    title: str
    detail: str
    code: str
    faults: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self, request: HttpRequest | Request) -> JsonResponse:
        """The problem as ``application/problem+json``: ``code`` identifies it, ``errors`` name the places."""
        members = {
            "type": f"urn:imprimatur:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": escape_uri_path(request.path),
            "code": self.code,
            "errors": [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in self.faults],
            "request_id": request_id(request),
            **self.extensions,
        }
        return JsonResponse(members, status=self.status, content_type=CONTENT_TYPE, headers=dict(self.headers))

    def as_page(self, request: HttpRequest) -> HttpResponse:
        """The problem for a person. Rendered without context processors: they may be what failed."""
        page = render_to_string("problem.html", {"problem": self, "request_id": request_id(request)})
        return HttpResponse(page, status=self.status, headers=dict(self.headers))


def request_id(request: HttpRequest | Request) -> str:
    """The id of the request: set at the edge, made here for what was refused before it got there."""
    if not hasattr(request, "request_id"):
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
    return request.request_id  # type: ignore[union-attr]


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks, and not a person with a browser."""
    return request.path_info.startswith(API_PREFIX)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem in the form of the place: JSON under ``/api/``, a page elsewhere."""
    return problem.as_json(request) if is_api(request) else problem.as_page(request)


def refused(refusal: Refusal) -> Problem:
    """The refusal as it goes over HTTP."""
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    return Problem(
        status=refusal.status,
        title=refusal.title,
        detail=refusal.detail,
        code=refusal.code,
        faults=refusal.faults,
        headers=headers,
    )


# The same words for what does not exist and for what you may not see: an exception's own could tell which.
NOT_FOUND = refused(OutOfSight("There is nothing here that you can see."))
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
    """The problem that an exception stands for; None if it stands for none, but for a bug."""
    return None


@problem_of.register
def _(exc: Refusal) -> Problem:
    return refused(exc)


@problem_of.register(Http404)
@problem_of.register(rest.NotFound)
def _(_exc: Exception) -> Problem:
    return NOT_FOUND


@problem_of.register
def _(exc: PermissionDenied) -> Problem:
    return refused(NotPermitted(str(exc) or "You may not do this."))


@problem_of.register
def _(exc: rest.PermissionDenied) -> Problem:
    return refused(NotPermitted(str(exc.detail)))


@problem_of.register
def _(exc: rest.ParseError) -> Problem:
    return refused(Malformed(str(exc.detail)))


@problem_of.register
def _(_exc: UnreadablePostError) -> Problem:
    return refused(Malformed("The body ended before its announced length.", code="incomplete_body"))


@problem_of.register
def _(_exc: RequestDataTooBig) -> Problem:
    return TOO_LARGE


@problem_of.register
def _(exc: rest.ValidationError) -> Problem:
    faults = tuple(islice(faults_of(exc.detail), MAX_FAULTS))
    detail = faults[0].detail if len(faults) == 1 else "Several things are wrong with what was sent."
    return refused(Unacceptable(detail, faults=faults))


@problem_of.register
def _(exc: rest.Throttled) -> Problem:
    """In words that a front-end can show to a reader."""
    wait = getattr(exc, "wait", None) or 0
    return _plainly(exc, detail=f"That was too often. Please try again in {_awhile(wait)}.")


def _awhile(seconds: float) -> str:
    """A wait in words, rounded up: nobody counts three thousand seconds."""
    if seconds > COUNTED_IN_SECONDS:
        return f"{ceil(seconds / 60)} minutes"
    return "a moment" if seconds <= 1 else f"{ceil(seconds)} seconds"


@problem_of.register
def _(exc: rest.APIException) -> Problem:
    """Those for which the house has no words of its own: 401, 405, 406 and 415."""
    return _plainly(exc, detail=str(exc.detail))


def _plainly(exc: rest.APIException, *, detail: str) -> Problem:
    headers = {"WWW-Authenticate": getattr(exc, "auth_header", None), "Retry-After": getattr(exc, "wait", None)}
    return Problem(
        status=exc.status_code,
        title=HTTPStatus(exc.status_code).phrase,
        detail=detail,
        code=exc.default_code,
        headers={name: str(value) for name, value in headers.items() if value is not None},
    )


@problem_of.register
def _(exc: OperationalError) -> Problem | None:
    if not isinstance(exc.__cause__, _BUSY):
        return None
    return refused(Conflict("Somebody else is changing this just now.", code="busy", retry_after=1))


@problem_of.register
def _(exc: IntegrityError) -> Problem | None:
    """Two made the same thing at once, after each had seen that it was not there; any other one is a bug."""
    if not isinstance(exc.__cause__, psycopg.errors.UniqueViolation):
        return None
    return refused(Conflict("Somebody else has made the same just now.", code="made_meanwhile"))


@problem_of.register
def _(_exc: DataError) -> Problem:
    return refused(Unacceptable("A value is out of the range that can be stored.", code="out_of_range"))


def escaped(key: object) -> str:
    """``key`` as one step of a JSON pointer (RFC 6901, section 3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def faults_of(detail: Any, pointer: str = "") -> Iterator[Fault]:
    """The leaves of a validation error of the REST framework, each with the JSON pointer to its place.

    What concerns an object as a whole (``non_field_errors``) points to the object. Of a query parameter, the
    pointer holds the name.
    """
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            whole = key == api_settings.NON_FIELD_ERRORS_KEY
            yield from faults_of(value, pointer if whole else f"{pointer}/{escaped(key)}")
    elif isinstance(detail, list):
        yield from _faults_of_list(detail, pointer)
    else:
        yield Fault(pointer=pointer, code=getattr(detail, "code", None) or "invalid", detail=str(detail))


def _faults_of_list(members: Iterable[Any], pointer: str) -> Iterator[Fault]:
    """A list holds either messages about one place, or one entry for each member of a list that was sent."""
    for index, member in enumerate(members):
        yield from faults_of(member, f"{pointer}/{index}" if isinstance(member, Mapping | list) else pointer)


# --- who asks -------------------------------------------------------------------------------------------------------


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> JsonResponse | None:
    """The REST framework's ``EXCEPTION_HANDLER``. None, for a bug, makes Django answer 500 and log the traceback.

    The answer is rendered here and not by the view's renderers, so that an ``Accept`` header nobody can meet
    still gets a readable refusal.
    """
    problem = problem_of(exc)
    return None if problem is None else problem.as_json(context["request"])


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: what Django itself finds suspicious, an unknown host or a body too large among it."""
    return answer(request, problem_of(exception) or refused(Malformed("The request cannot be read.")))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler403``."""
    return answer(request, refused(NotPermitted(str(exception) or "You may not do this.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """``handler404``."""
    return answer(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: says nothing about the cause, which Django has logged."""
    return answer(request, INTERNAL)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django names it
    """``CSRF_FAILURE_VIEW``: a form that is not from one of our pages, or whose session has ended."""
    expired = NotPermitted("This form has expired. Go back, reload the page and try again.", code="csrf_failed")
    return answer(request, refused(expired))
