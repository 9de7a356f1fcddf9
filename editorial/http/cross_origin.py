"""Which answers pages of other origins may read (CORS, as the Fetch standard has it): those that anybody may read."""

from collections.abc import Callable, Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.permissions import SAFE_METHODS

from editorial.http.problems import is_api

READABLE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After, X-Request-ID",
}
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Audience-Preference, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",  # seconds; browsers keep it for less
}
"""``Authorization`` is not among the headers, and cookies are not either: nobody is logged in from another origin."""


class CrossOriginMiddleware:
    """Lets every origin read what the views give that name the method in ``open_methods``, errors included.

    The headers are the same for everybody, so that a cache keeps one answer for all origins; those of
    django-cors-headers come with ``Vary: Origin``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method in self._open(request):
            for name, value in READABLE.items():
                response[name] = value
        return response

    def _open(self, request: HttpRequest) -> Collection[str]:
        """What leads nowhere in the API, or to the same address with a slash, is nobody's secret."""
        match = request.resolver_match
        return open_methods(match.func) if match else SAFE_METHODS if is_api(request) else ()

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer a browser that asks beforehand; a plain OPTIONS goes on to the view."""
        methods = open_methods(view)
        if not methods or request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
            return None
        return HttpResponse(status=204, headers=PREFLIGHT | {"Access-Control-Allow-Methods": ", ".join(methods)})


def open_methods(view: Callable[..., Any]) -> Collection[str]:
    """The methods that pages of other origins may use; none, unless the class of the view says so."""
    return getattr(getattr(view, "cls", None), "open_methods", ())
