"""The article in the readers' API, as JSON and in other formats. ``articles.published`` decides the content."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAcceptable
from rest_framework.request import Request
from rest_framework.response import Response

from articles import published
from articles.published.dates_and_urls import address
from articles.published.media_types import CSL_JSON, FHIR, FORMATS, HTML, JSON, Format
from articles.reader.audience_choice import HEADER, requested_by_api, vary_header
from articles.reader.cached_responses import FRESH, is_plain, select_fields
from articles.reader.list_api import FIELDS, SLUG, ReaderView, fields
from articles.reader.serializers import ReaderArticleSerializer, TombstoneSerializer
from editorial.exceptions import NotFound
from editorial.http.etags import etag
from editorial.http.negotiation import OneRenderer, best_media_type
from editorial.http.preconditions import not_modified
from editorial.http.problems import Problem, problem_of, problem_of_refusal
from editorial.record.canonical_json import JSONDict, sha256_hex

AUDIENCE = OpenApiParameter(
    "audience",
    {"type": "string", "pattern": SLUG},
    description="Code of the audience. By default, the text for the audience that the reader chose.",
)
PREFERENCE = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Code of the audience that the reader chose earlier, for addresses that name none. An audience that "
    "does "
    "not exist is ignored, and the primary text is returned.",
)
SHAPES: dict[Format, Any] = {
    CSL_JSON: {"type": "array", "items": {"type": "object", "additionalProperties": {}}},
    FHIR: OpenApiTypes.OBJECT,
}
BY_TYPE: dict[Any, Any] = {
    (200, form.media_type.partition(";")[0]): SHAPES.get(form, OpenApiTypes.STR)
    for form in FORMATS.values()
    if form not in (JSON, HTML)
}


class FormatView(ReaderView):
    """Gives an article in one of the forms that readers may have."""

    gives_etag = ("get",)
    content_negotiation_class = OneRenderer
    load_document = staticmethod(published.read_document)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = timezone.now()
        return super().dispatch(request, *args, **kwargs)

    def give(self, request: Request, slug: str, form: Format) -> HttpResponse:
        """Return the article as ``form``; three queries at most."""
        names, audience = fields(request, ReaderArticleSerializer), requested_by_api(request)
        try:
            document, modified = self.load_document(
                slug, audience=audience.audience, lenient=audience.lenient, at=self.now
            )
        except published.Retracted as retracted:
            return gone(request, retracted)
        fresh = FRESH | {"Vary": vary_header(request)}
        if form is HTML:
            return HttpResponse(status=303, headers=fresh | {"Location": page_url(document)})
        headers = fresh | {"Last-Modified": http_date(modified.timestamp())}
        if form is JSON:
            document = select_fields(document, names)
            return self.send(request, Response(document, headers=headers), tag=published.entity_tag(document))
        content = published.written_as(form, document, modified=modified)
        response = HttpResponse(content, content_type=form.content_type, headers=headers)
        response["Link"] = link_header(document, but=form)
        response["Content-Disposition"] = form.disposition(slug)
        return self.send(request, response, tag=etag("reader", form.suffix, sha256_hex(content.decode())))

    def send(self, request: Request, response: HttpResponse, *, tag: str) -> HttpResponse:
        """Return ``response``, or 304 if the client has it."""
        response["ETag"] = tag
        if not_modified(request, etag=tag):
            header_names = ("Cache-Control", "Vary", "ETag", "Last-Modified")
            return HttpResponseNotModified(headers={name: response[name] for name in header_names})
        return response


def page_url(document: JSONDict) -> str:
    """Return the URL of the page with this content.

    If a fallback text is shown, the URL names the requested audience.
    """
    requested = document["audience"]["instead_of"]
    return address("pages:article", document["slug"], audience=requested) if requested else str(document["html"])


def link_header(document: JSONDict, *, but: Format) -> str:
    """Return the other formats of an article as a ``Link`` header (RFC 8288)."""
    others = [(JSON.media_type, document["self"]), *((other["type"], other["url"]) for other in document["alternates"])]
    return ", ".join(f'<{url}>; rel="alternate"; type="{kind}"' for kind, url in others if kind != but.media_type)


class ArticleDetail(FormatView):
    @extend_schema(
        operation_id="articles_read",
        summary="Read an article",
        parameters=[AUDIENCE, PREFERENCE, FIELDS],
        responses={(200, JSON.media_type): ReaderArticleSerializer, **BY_TYPE, 303: None, 410: TombstoneSerializer},
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """Return the article for one audience, with everything that a page shows about its review. 410 if it is
        retracted.

        The response is JSON unless `Accept` asks for another form: Markdown, the references as CSL-JSON, RIS or BibTeX,
        the review as a FHIR R5 ArtifactAssessment, or the page, to which the response redirects. 406 if no form
        matches.
        """
        if is_plain(request):  # the middleware has looked for a cached document already
            self.load_document = published.recorded
        offered = [form.media_type for form in FORMATS.values()]
        media_type = best_media_type(request.headers.get("Accept", ""), offered)
        if media_type is None:
            return not_acceptable(request, offered)
        return self.give(request, slug, next(form for form in FORMATS.values() if form.media_type == media_type))


class ArticleFormat(FormatView):
    @extend_schema(
        operation_id="articles_read_as",
        summary="Read an article in a given format",
        parameters=[
            OpenApiParameter(
                "suffix", {"type": "string", "enum": list(FORMATS)}, OpenApiParameter.PATH, description="The format."
            ),
            AUDIENCE,
            PREFERENCE,
            FIELDS,
        ],
        responses={(200, JSON.media_type): ReaderArticleSerializer, **BY_TYPE, 303: None, 410: TombstoneSerializer},
    )
    def get(self, request: Request, slug: str, suffix: str) -> HttpResponse:
        """Return the same as `GET articles/{slug}/`, whatever `Accept` says.

        The forms are `.json`, `.html`, `.md`, `.csl.json`, `.ris`, `.bib`, …
        """
        if suffix not in FORMATS:
            raise NotFound("There is nothing here that you can see.")
        return self.give(request, slug, FORMATS[suffix])


def not_acceptable(request: Request, offered: Sequence[str]) -> HttpResponse:
    """406 that says what there is."""
    problem = problem_of(NotAcceptable(f"Send Accept with one of {', '.join(offered)}."))
    return replace(cast(Problem, problem), headers={"Vary": "Accept"}).as_json(request)


def gone(request: Request, retracted: published.Retracted) -> HttpResponse:
    """410 with what is left of a retracted article."""
    problem = replace(problem_of_refusal(retracted), headers=FRESH, extensions=published.tombstone(retracted.shown))
    return problem.as_json(request)
