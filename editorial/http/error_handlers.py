"""The handlers that Django and the REST framework call for errors. Each responds with the problem of the error."""

import sys
from collections.abc import Mapping
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse

from editorial.exceptions import Malformed, NotPermitted
from editorial.http.problems import INTERNAL, NOT_FOUND, problem_of, problem_of_refusal, problem_response


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> JsonResponse | None:
    """The REST framework's ``EXCEPTION_HANDLER``. For a bug it returns None; Django then logs it and responds with 500.

    The response is rendered here and not by the view's renderers, so even a request whose ``Accept`` header matches
    none of them gets a readable error.
    """
    problem = problem_of(exc)
    return None if problem is None else problem.as_json(context["request"])


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: requests that Django itself refuses, for example for an unknown host or a too large body."""
    return problem_response(
        request, problem_of(exception) or problem_of_refusal(Malformed("The request cannot be read."))
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler403``."""
    return problem_response(request, problem_of_refusal(NotPermitted(str(exception) or "You may not do this.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """``handler404``."""
    return problem_response(request, NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: 503 in an outage of the database; else the error is in the log, and the response hides it."""
    error = sys.exception()
    return problem_response(request, (isinstance(error, Error) and problem_of(error)) or INTERNAL)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django names it
    """``CSRF_FAILURE_VIEW``: a form that is not from a page of this site, or whose session has ended."""
    expired = NotPermitted("This form has expired. Go back, reload the page and try again.", code="csrf_failed")
    return problem_response(request, problem_of_refusal(expired))
