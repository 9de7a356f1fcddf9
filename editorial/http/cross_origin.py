"""Cross-origin requests (CORS, Fetch standard): pages of other origins may read the public responses."""

from collections.abc import Callable, Collection

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
"""Without ``Authorization`` and without cookies: a request from another origin is never logged in."""


class CrossOriginMiddleware:
    """Lets every origin read the responses, errors included, of views that list the method in ``open_methods``.

    The headers are the same for all origins, so a cache can store one response for all of them. django-cors-headers
    would add ``Vary: Origin``.
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
        """Return the methods that other origins may use; API addresses without a view (404, redirects) are public."""
        match = request.resolver_match
        return open_methods(match.func) if match else SAFE_METHODS if is_api(request) else ()

    def process_view(
        self, request: HttpRequest, view: Callable[..., object], _args: tuple[object, ...], _kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Answer a preflight request; any other OPTIONS request goes to the view."""
        methods = open_methods(view)
        if not methods or request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
            return None
        return HttpResponse(status=204, headers=PREFLIGHT | {"Access-Control-Allow-Methods": ", ".join(methods)})


def open_methods(view: Callable[..., object]) -> Collection[str]:
    """Return the methods that pages of other origins may use: ``open_methods`` of the view's class, else none."""
    return getattr(getattr(view, "cls", None), "open_methods", ())
