"""The baseline for the public pages and API: minimal views behind the same middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from articles.models import Document, ListEntry
from articles.reader.cached_responses import JSON


def nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def document(_request: HttpRequest, slug: str) -> HttpResponse:
    """Return the same bytes as the site, loaded by one indexed query."""
    row = Document.objects.filter(slug=slug, is_primary=True).values("gzipped")[0]
    return HttpResponse(bytes(row["gzipped"]), content_type=JSON, headers={"Content-Encoding": "gzip"})


def entries(_request: HttpRequest) -> HttpResponse:
    """Return the first page of the list, without a link to the next."""
    rows = ListEntry.objects.order_by("-article_id").values("told")[:20]
    body = f'{{"results":[{",".join(row["told"] for row in rows)}],"next":null,"previous":null}}'
    return HttpResponse(body, content_type=JSON)


urlpatterns = [
    path("bare/nothing/", nothing),
    path("bare/articles/<slug:slug>/", document),
    path("bare/articles/", entries),
    path("", include("config.urls")),
]
