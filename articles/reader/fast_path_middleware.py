"""What most readers ask for, answered before the layers that only people with accounts need."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from articles.views.searching import plainly
from articles.views.written import written_document

SEARCH = "/api/v1/search/"
"""Of ``reader:search``."""

DOCUMENT = re.compile(r"/api/v1/articles/([-a-zA-Z0-9_]+)/")
"""Of ``reader:article``."""


class ForemostMiddleware:
    """Gives a written document, where there is one, and what a search finds.

    Whatever else is asked of these addresses, or of any other, goes on to its view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return foremost(request) or self.get_response(request)


def foremost(request: HttpRequest) -> HttpResponse | None:
    """The answer, or None for what its view answers."""
    document = DOCUMENT.fullmatch(request.path_info)
    if not document and request.path_info != SEARCH:
        return None
    request.get_host()  # a layer further in would refuse a host that is not ours
    return written_document(request, document[1], at=timezone.now()) if document else plainly(request)
