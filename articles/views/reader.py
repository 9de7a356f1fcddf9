"""The reader's endpoints: no account, no cookie; everything they tell is decided in ``articles.reading``."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, NotAcceptable, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from articles import actions, reading
from articles.models import Question, Report, Version
from articles.reading.listing import NEWEST_FIRST
from articles.reading.media import FORMATS, HTML, JSON, Format
from articles.reading.review import Status
from articles.reading.shown import Shown
from articles.reading.wording import utc
from articles.serializers.reader import (
    ListedArticleSerializer,
    ReaderArticleSerializer,
    ReaderHistorySerializer,
    ReaderMessageSerializer,
    ReaderReportSerializer,
    ReceivedSerializer,
)
from articles.views.throttling import ReaderPostThrottle
from editorial.canonical import sha256_hex
from editorial.exceptions import Gone, OutOfSight
from editorial.http.negotiation import OneRenderer, chosen
from editorial.http.preconditions import not_modified
from editorial.http.problems import Problem, problem_of, refused
from editorial.models import EditorialPolicy
from editorial.preconditions import etag

FRESH = {"Cache-Control": "public, max-age=0, must-revalidate", "Vary": "Accept"}
"""Anybody may keep an answer, and nobody may use it again without asking: an approval lapses by the clock."""

SLUG = r"^[-a-zA-Z0-9_]+$"


class ArticleList(ListAPIView[Version]):
    """Articles that readers may read."""

    permission_classes = [AllowAny]
    authentication_classes = []
    serializer_class = ListedArticleSerializer
    filter_backends = []
    keyset_ordering = NEWEST_FIRST

    @extend_schema(
        operation_id="articles_list",
        summary="List the articles that readers may read",
        parameters=[
            OpenApiParameter("specialty", {"type": "string", "pattern": SLUG}, description="Code of a specialty."),
            OpenApiParameter("status", {"type": "string", "enum": Status.values}),
        ],
        responses=ListedArticleSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The newest article first, each as its review stands at this moment."""
        self.now = timezone.now()
        self.policy = EditorialPolicy.objects.published(at=self.now).first()
        response = super().get(request, *args, **kwargs)
        for name, value in FRESH.items():
            response[name] = value
        return response

    def get_queryset(self) -> QuerySet[Version, Version]:
        sent = self.request.query_params
        step = sent.get("status", "")
        if step and step not in Status.values:
            message = f"One of {', '.join(Status.values)}."
            raise ValidationError({"status": [ErrorDetail(message, code="invalid_choice")]})
        return reading.listed(policy=self.policy, at=self.now, specialty=sent.get("specialty", ""), step=step)

    def get_serializer(self, *args: Any, **_kwargs: Any) -> Any:
        """The rows of a page as ``reading`` tells them."""
        policy = cast(EditorialPolicy, self.policy)  # without one there is no row
        rows = [reading.entry(Shown(version=version, policy=policy, at=self.now)) for version in args[0]]
        return ListedArticleSerializer(rows, many=True)


class ReaderView(APIView):
    """One article as readers see it."""

    permission_classes = [AllowAny]
    authentication_classes = []


AUDIENCE = OpenApiParameter(
    "audience", {"type": "string", "pattern": SLUG}, description="Code; without it the primary text."
)
BY_TYPE: dict[Any, Any] = {
    (200, form.media_type.partition(";")[0]): OpenApiTypes.OBJECT if form.media_type.count("json") else OpenApiTypes.STR
    for form in FORMATS.values()
    if form not in (JSON, HTML)
}


class FormatView(ReaderView):
    """Gives an article in one of the forms that readers may have."""

    gives_etag = ("get",)
    content_negotiation_class = OneRenderer

    def give(self, request: Request, slug: str, form: Format) -> HttpResponse:
        shown = reading.find(slug, at=timezone.now())
        if shown.is_retracted:
            return gone(request, shown)
        told = reading.document(shown, audience=request.query_params.get("audience"))
        if form is HTML:
            return HttpResponse(status=303, headers=FRESH | {"Location": told["html"]})
        content = b"" if form is JSON else reading.written(form, told, shown=shown)
        tag = reading.entity_tag(told) if form is JSON else etag("reader", form.suffix, sha256_hex(content.decode()))
        headers = FRESH | {
            "ETag": tag,
            "Last-Modified": http_date(reading.last_modified(shown).timestamp()),
            "Link": links(told, but=form),
        }
        if not_modified(request, etag=tag):
            return HttpResponseNotModified(headers=headers)
        if form is JSON:
            return Response(told, headers=headers)
        headers["Content-Disposition"] = form.disposition(slug)
        return HttpResponse(content, content_type=form.content_type, headers=headers)


def links(told: dict[str, Any], *, but: Format) -> str:
    """The other forms of an article as a ``Link`` header (RFC 8288)."""
    others = [(JSON.media_type, told["self"]), *((other["type"], other["url"]) for other in told["alternates"])]
    return ", ".join(f'<{url}>; rel="alternate"; type="{kind}"' for kind, url in others if kind != but.media_type)


class ArticleDetail(FormatView):
    @extend_schema(
        operation_id="articles_read",
        summary="Read an article",
        parameters=[AUDIENCE],
        responses={(200, JSON.media_type): ReaderArticleSerializer, **BY_TYPE, 303: None},
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The article for one audience, with all that a page shows about its review. 410 once it was retracted.

        JSON unless `Accept` asks for another form: Markdown, the references as CSL-JSON, RIS or BibTeX, the review as
        a FHIR R5 ArtifactAssessment, or the page, to which the answer leads. 406 when nothing fits.
        """
        offered = [form.media_type for form in FORMATS.values()]
        media_type = chosen(request.headers.get("Accept", ""), offered)
        if media_type is None:
            return not_acceptable(request, offered)
        return self.give(request, slug, next(form for form in FORMATS.values() if form.media_type == media_type))


class ArticleFormat(FormatView):
    @extend_schema(
        operation_id="articles_read_as",
        summary="Read an article in a form of your choice",
        parameters=[
            OpenApiParameter(
                "suffix", {"type": "string", "enum": list(FORMATS)}, OpenApiParameter.PATH, description="The form."
            ),
            AUDIENCE,
        ],
        responses={(200, JSON.media_type): ReaderArticleSerializer, **BY_TYPE, 303: None},
    )
    def get(self, request: Request, slug: str, suffix: str) -> HttpResponse:
        """As `GET articles/{slug}/`, whatever `Accept` says: `.json`, `.html`, `.md`, `.csl.json`, `.ris`, `.bib`, …"""
        if suffix not in FORMATS:
            raise OutOfSight("There is nothing here that you can see.")
        return self.give(request, slug, FORMATS[suffix])


def not_acceptable(request: Request, offered: Sequence[str]) -> HttpResponse:
    """406 that says what there is."""
    problem = problem_of(NotAcceptable(f"Send Accept with one of {', '.join(offered)}."))
    return replace(cast(Problem, problem), headers={"Vary": "Accept"}).as_json(request)


def gone(request: Request, shown: Shown) -> HttpResponse:
    """410 with what is left of a retracted article."""
    problem = refused(Gone(reading.notice(shown)))
    problem = replace(problem, headers=FRESH, extensions=reading.tombstone(shown))
    return problem.as_json(request)


class ArticleHistory(ReaderView):
    @extend_schema(
        operation_id="articles_history",
        summary="Read the history of an article",
        responses=ReaderHistorySerializer,
    )
    def get(self, request: Request, slug: str) -> Response:  # noqa: ARG002 - the frame names it
        """Its versions as readers may know them, of a retracted article too."""
        return Response(reading.history(reading.find(slug, at=timezone.now())), headers=FRESH)


class ReaderMessageView(ReaderView):
    """Takes what a reader sends about the version they are shown."""

    throttle_classes = [ReaderPostThrottle]
    message: type[ReaderMessageSerializer] = ReaderMessageSerializer

    def receive(self, request: Request, slug: str, *, act: Callable[..., Question | Report]) -> Response:
        now: datetime = timezone.now()
        shown = reading.find(slug, at=now)
        if shown.is_retracted:
            raise Gone(reading.notice(shown))
        message = self.message(data=request.data)
        message.is_valid(raise_exception=True)
        act(article=shown.article, version=shown.version, now=now, **message.validated_data)
        return Response({"received_at": utc(now)}, status=201)


class ArticleQuestions(ReaderMessageView):
    @extend_schema(
        operation_id="articles_ask",
        summary="Ask a follow-up question",
        request=ReaderMessageSerializer,
        responses={201: ReceivedSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keep the question for the editors. It is not published."""
        return self.receive(request, slug, act=actions.ask)


class ArticleReports(ReaderMessageView):
    message = ReaderReportSerializer

    @extend_schema(
        operation_id="articles_report",
        summary="Report a problem",
        request=ReaderReportSerializer,
        responses={201: ReceivedSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keep the report for the editors. It is not published."""
        return self.receive(request, slug, act=actions.report)
