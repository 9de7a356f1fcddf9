"""Forms of readers' pages are accepted from this site only.

Readers have no account, so a CSRF token would protect no identity. Its cookie would keep caches from storing the pages,
and its value would change each page at each request. Browsers say from where a form was sent.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from editorial.exceptions import NotPermitted

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def own_form(view: View[P]) -> View[P]:
    """Let the view accept forms of this site without a CSRF token. Raises NotPermitted for those of another site."""

    @csrf_exempt
    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_from_this_site(request):
            raise NotPermitted("This form was sent by another site.", code="cross_site")
        return view(request, *args, **kwargs)

    return checked


def is_from_this_site(request: HttpRequest) -> bool:
    """Whether a browser sent the request from a page of this site: by Fetch Metadata (W3C), else by ``Origin``.

    A client that sends neither is no browser of today, and cannot be misused by another site's page.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()
