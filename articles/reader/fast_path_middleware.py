"""Middleware that answers the most frequent readers' requests before sessions and authentication."""

import re
from collections.abc import Callable
from contextlib import suppress

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from articles.reader.cached_responses import written_document
from articles.reader.search import json_response

SEARCH = "/api/v1/search/"
"""Of ``reader:search``."""

DOCUMENT = re.compile(r"/api/v1/articles/([-a-zA-Z0-9_]+)/")
"""Of ``reader:article``."""


class ForemostMiddleware:
    """Answers requests for cached documents and searches.

    All other requests go on to their view, as does a request during an outage of the database: errors of a view become
    503, with the headers of all middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with suppress(Error):
            if response := foremost(request):
                return response
        return self.get_response(request)


def foremost(request: HttpRequest) -> HttpResponse | None:
    """Return the response, or None if the view has to answer."""
    document = DOCUMENT.fullmatch(request.path_info)
    if not document and request.path_info != SEARCH:
        return None
    request.get_host()  # refuse unknown hosts, as later middleware would
    return written_document(request, document[1], at=timezone.now()) if document else json_response(request)
