"""One article in the form that its reader wants: chosen by ``Accept``, or named by the end of the address."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.utils import timezone
from django.utils.http import http_date
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import NotAcceptable
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from articles import reading
from articles.reading.alternates import MEDIA_TYPES, link_header
from articles.reading.forms import WRITERS
from articles.reading.wording import address
from articles.serializers.reader import ReaderArticleSerializer
from articles.views.reader import FIELDS, SLUG, ReaderView, fields, gone, invalid
from articles.views.written import FRESH, chosen, written_document
from editorial.canonical import sha256_hex
from editorial.exceptions import Gone, OutOfSight
from editorial.http.accepting import preferred
from editorial.http.preconditions import not_modified
from editorial.preconditions import etag

SUFFIX_OF = {media_type: suffix for suffix, media_type in MEDIA_TYPES.items()}
AUDIENCE = OpenApiParameter(
    "audience", {"type": "string", "pattern": SLUG}, description="Code; without it the primary text."
)
RESPONSES: dict[Any, Any] = {
    (200, MEDIA_TYPES["json"]): ReaderArticleSerializer,
    **{(200, MEDIA_TYPES[suffix]): str for suffix in WRITERS if not suffix.endswith("json")},
    **{(200, MEDIA_TYPES[suffix]): dict for suffix in WRITERS if suffix.endswith("json")},
    303: OpenApiResponse(description="`text/html`: the page of the article."),
}


class SeeOther(HttpResponseRedirectBase):
    status_code = 303


class FormView(ReaderView):
    """Answers in the form called ``suffix``."""

    gives_etag = ("get",)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = timezone.now()
        return super().dispatch(request, *args, **kwargs)

    def perform_content_negotiation(self, _request: Request, force: bool = False) -> tuple[BaseRenderer, str]:  # noqa: ARG002, FBT001, FBT002 - the frame's
        """The frame writes JSON; which form it is, is chosen here, by weight."""
        return JSONRenderer(), MEDIA_TYPES["json"]

    def told(self, request: Request, slug: str, suffix: str) -> HttpResponse:
        names, audience = fields(request, ReaderArticleSerializer), request.GET.get("audience")
        if names is not None and suffix != "json":
            raise invalid("fields", "not_here", "Only JSON is sent in part.")
        try:
            document, modified = _document(slug, audience=audience, at=self.now)
        except Gone:
            return gone(request, reading.find(slug, at=self.now))
        links = FRESH | {"Link": link_header(slug, audience=audience or "")}
        if suffix == "html":
            return SeeOther(address("pages:article", slug, audience=audience or ""), headers=links)
        dated = links | {"Last-Modified": http_date(modified.timestamp())}
        if suffix == "json":
            return _as_json(request, chosen(document, names), headers=dated)
        return _as_text(request, WRITERS[suffix](document), suffix=suffix, headers=dated)


def _document(slug: str, *, audience: str | None, at: datetime) -> tuple[dict[str, Any], datetime]:
    """What is told and when it last changed. Raises Gone, OutOfSight and Unacceptable."""
    written = reading.told(slug, audience=audience, at=at)
    if written:
        return written
    shown = reading.find(slug, at=at)
    return reading.document(shown, audience=audience), reading.last_modified(shown)


def _as_json(request: Request, told: dict[str, Any], *, headers: dict[str, str]) -> HttpResponse:
    tag = reading.entity_tag(told)
    if not_modified(request, etag=tag):
        return HttpResponseNotModified(headers=headers | {"ETag": tag})
    return Response(told, headers=headers | {"ETag": tag})


def _as_text(request: Request, text: str, *, suffix: str, headers: dict[str, str]) -> HttpResponse:
    """The tag is made from what is sent and from its form."""
    tag = etag("reader", suffix, sha256_hex(text))
    if not_modified(request, etag=tag):
        return HttpResponseNotModified(headers=headers | {"ETag": tag})
    content_type = MEDIA_TYPES[suffix] + ("" if suffix.endswith("json") else "; charset=utf-8")
    return HttpResponse(text, content_type=content_type, headers=headers | {"ETag": tag})


class ArticleDetail(FormView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        written = written_document(request, kwargs["slug"], at=timezone.now())
        if written is None:
            return super().dispatch(request, *args, **kwargs)
        written.headers["Link"] = link_header(kwargs["slug"], audience=request.GET.get("audience", ""))
        return written

    @extend_schema(
        operation_id="articles_read", summary="Read an article", parameters=[AUDIENCE, FIELDS], responses=RESPONSES
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The article for one audience, with all that a page shows about its review. 410 once it was retracted.

        `Accept` chooses the form; without it JSON is sent.
        """
        liked = preferred(request.headers.get("Accept", ""), offered=list(SUFFIX_OF))
        if liked is None:
            raise NotAcceptable(f"This is told as {', '.join(SUFFIX_OF)}.")
        return self.told(request, slug, SUFFIX_OF[liked])


class ArticleForm(FormView):
    @extend_schema(
        operation_id="articles_read_as",
        summary="Read an article in a form of its own",
        parameters=[
            OpenApiParameter(
                "suffix", {"type": "string", "enum": list(MEDIA_TYPES)}, OpenApiParameter.PATH, description="The form."
            ),
            AUDIENCE,
            FIELDS,
        ],
        responses=RESPONSES,
    )
    def get(self, request: Request, slug: str, suffix: str) -> HttpResponse:
        """The same as the address without an ending, whatever `Accept` says."""
        if suffix not in MEDIA_TYPES:
            raise OutOfSight("There is no such form.")
        return self.told(request, slug, suffix)
