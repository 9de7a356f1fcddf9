"""What the reading side is held against: views that do nothing but answer, behind the same middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from articles.models import Document, ListEntry
from articles.views.written import JSON


def nothing(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def document(_request: HttpRequest, slug: str) -> HttpResponse:
    """The same bytes, found by one indexed query."""
    row = Document.objects.filter(slug=slug, is_primary=True).values("gzipped")[0]
    return HttpResponse(bytes(row["gzipped"]), content_type=JSON, headers={"Content-Encoding": "gzip"})


def entries(_request: HttpRequest) -> HttpResponse:
    """The first page of the list, without a way to the next."""
    rows = ListEntry.objects.order_by("-article_id").values("told")[:20]
    body = f'{{"results":[{",".join(row["told"] for row in rows)}],"next":null,"previous":null}}'
    return HttpResponse(body, content_type=JSON)


urlpatterns = [
    path("bare/nothing/", nothing),
    path("bare/articles/<slug:slug>/", document),
    path("bare/articles/", entries),
    path("", include("config.urls")),
]
