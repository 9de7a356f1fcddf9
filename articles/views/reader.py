"""The reader's endpoints: no account, no cookie; everything they tell is decided in ``articles.reading``."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.http import http_date
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from articles import actions, reading
from articles.models import Report, Version
from articles.reading.listing import NEWEST_FIRST
from articles.reading.review import Status
from articles.reading.shown import Shown
from articles.reading.wording import utc
from articles.serializers.reader import (
    ListedArticleSerializer,
    ReaderArticleSerializer,
    ReaderHistorySerializer,
    ReaderMessageSerializer,
    ReceivedSerializer,
)
from articles.views.throttling import ReaderPostThrottle
from editorial.exceptions import Gone
from editorial.http.preconditions import not_modified
from editorial.http.problems import refused
from editorial.models import EditorialPolicy

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


class ArticleDetail(ReaderView):
    gives_etag = ("get",)

    @extend_schema(
        operation_id="articles_read",
        summary="Read an article",
        parameters=[
            OpenApiParameter(
                "audience", {"type": "string", "pattern": SLUG}, description="Code; without it the primary text."
            )
        ],
        responses=ReaderArticleSerializer,
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        """The article for one audience, with all that a page shows about its review. 410 once it was retracted."""
        shown = reading.find(slug, at=timezone.now())
        if shown.is_retracted:
            return gone(request, shown)
        told = reading.document(shown, audience=request.query_params.get("audience"))
        tag = reading.entity_tag(told)
        headers = FRESH | {"ETag": tag, "Last-Modified": http_date(reading.last_modified(shown).timestamp())}
        if not_modified(request, etag=tag):
            return HttpResponseNotModified(headers=headers)
        return Response(told, headers=headers)


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

    def receive(self, request: Request, slug: str, *, act: Callable[..., Report]) -> Response:
        now: datetime = timezone.now()
        shown = reading.find(slug, at=now)
        if shown.is_retracted:
            raise Gone(reading.notice(shown))
        message = ReaderMessageSerializer(data=request.data)
        message.is_valid(raise_exception=True)
        act(article=shown.article, version=shown.version, now=now, **message.validated_data)
        return Response({"received_at": utc(now)}, status=201)


class ArticleReports(ReaderMessageView):
    @extend_schema(
        operation_id="articles_report",
        summary="Report a problem",
        request=ReaderMessageSerializer,
        responses={201: ReceivedSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keep the report for the editors. It is not published."""
        return self.receive(request, slug, act=actions.report)
