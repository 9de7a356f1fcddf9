"""Pages behind secret links: no cache stores them, and each refusal is a page that says what to do."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from editorial.http.problems import Problem, problem_of

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
"""The address is a secret: no cache stores the page, and no other site gets it as a referrer."""

PRIVATE_FORM = {**PRIVATE, "Referrer-Policy": "same-origin"}
"""For pages with a form that Django checks by its origin: with ``no-referrer`` browsers would not send it."""

View = Callable[..., HttpResponse]
Refuse = Callable[[HttpRequest, Problem], HttpResponse]


def private_page(refuse: Refuse, *, headers: Mapping[str, str] = PRIVATE) -> Callable[[View], View]:
    """Add private headers to the responses of a view, and let ``refuse`` render its refusals."""

    def decorated(view: View) -> View:
        @wraps(view)
        def held(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            try:
                response, added = view(request, **kwargs), dict(headers)
            except Exception as error:
                problem = problem_of(error)
                if problem is None:
                    raise
                response, added = refuse(request, problem), {**problem.headers, **headers}
            for name, value in added.items():
                response[name] = value
            return response

        return held

    return decorated


def refused_on(template: str) -> Refuse:
    """Return a function that renders a refusal with ``template``."""

    def refuse(request: HttpRequest, problem: Problem) -> HttpResponse:
        return render(request, template, {"problem": problem}, status=problem.status)

    return refuse
