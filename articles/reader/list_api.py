"""The list of articles, their history, and readers' messages in the API. No account and no cookies are needed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from articles import actions, published
from articles.models import Report, Version
from articles.published.article_list import NEWEST_FIRST, Filters
from articles.published.dates_and_urls import utc
from articles.published.review import ReviewStep
from articles.published.visible_version import Shown
from articles.reader.cached_responses import FRESH, select_fields, written_list
from articles.reader.serializers import (
    ListedArticleSerializer,
    ReaderHistorySerializer,
    ReaderMessageSerializer,
    ReaderReportSerializer,
    ReceivedSerializer,
)
from articles.reader.throttling import ReaderPostThrottle
from editorial.models import EditorialPolicy

SLUG = r"^[-a-zA-Z0-9_]+$"
MAX_FILTER = 300
"""Characters of what the list is filtered by; a DOI has 255 at most."""

FILTERS = [
    OpenApiParameter("specialty", {"type": "string", "pattern": SLUG}, description="Code of a specialty."),
    OpenApiParameter(
        "audience",
        {"type": "string", "pattern": SLUG},
        description="Only articles with a text for the audience with this code.",
    ),
    OpenApiParameter("status", {"type": "string", "enum": ReviewStep.values}),
    OpenApiParameter("cites", str, description="Only articles that cite the work with this DOI or PMID."),
    OpenApiParameter("product", str, description="Only articles about the product with this name."),
    OpenApiParameter(
        "reviewed_since",
        {"type": "string", "format": "date-time"},
        description="Only articles last approved at this time or later, whether the approval still counts or not.",
    ),
]
FIELDS = OpenApiParameter(
    "fields",
    {"type": "string", "pattern": r"^[a-z_]+(,[a-z_]+)*$"},
    description="Names of the members to return, separated by commas. The response then has only these, even if its "
    "schema requires others. By default all are returned.",
)


def fields(request: Request, serializer: type[Serializer[Any]]) -> list[str] | None:
    """Return the members that the client requests, or None for all. Raises ValidationError (422)."""
    if "fields" not in request.GET:
        return None
    names = request.GET["fields"].split(",")
    unknown = sorted(set(names) - serializer().fields.keys())
    if unknown:
        raise _invalid("fields", "unknown_field", f"No such field: {', '.join(unknown)}.")
    return names


def filters(request: HttpRequest) -> Filters:
    """Return the filters that the client requests. Raises ValidationError (422)."""
    sent = {name: request.GET.get(name, "")[:MAX_FILTER] for name in ("specialty", "audience", "cites", "product")}
    step, since = request.GET.get("status", ""), request.GET.get("reviewed_since", "")
    if step and step not in ReviewStep.values:
        raise _invalid("status", "invalid_choice", f"One of {', '.join(ReviewStep.values)}.")
    moment = _moment(since)
    if since and moment is None:
        raise _invalid("reviewed_since", "invalid", "A moment as RFC 3339 writes it: 2026-03-02T09:00:00Z.")
    return Filters(**sent, step=step, reviewed_since=moment)


def _moment(sent: str) -> datetime | None:
    """Return None for an invalid time, or one without a time zone."""
    try:
        moment = parse_datetime(sent)
    except ValueError:  # the 30th of February
        return None
    return moment if moment and moment.tzinfo else None


def _invalid(parameter: str, code: str, message: str) -> ValidationError:
    return ValidationError({parameter: [ErrorDetail(message, code=code)]})


class ArticleList(ListAPIView[Version]):
    """Articles that readers may read."""

    permission_classes = [AllowAny]
    authentication_classes = []
    open_methods = ("GET", "HEAD")
    serializer_class = ListedArticleSerializer
    filter_backends = []
    keyset_ordering = NEWEST_FIRST

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = timezone.now()
        self.filters = filters(request)
        written = written_list(request, filters=self.filters, at=self.now)
        return written or super().dispatch(request, *args, **kwargs)

    @extend_schema(
        operation_id="articles_list",
        summary="List the articles that readers may read",
        parameters=[*FILTERS, FIELDS],
        responses=ListedArticleSerializer(many=True),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List articles, the newest first, each with the current state of its review."""
        names = fields(request, ListedArticleSerializer)
        policy = EditorialPolicy.objects.published(at=self.now).first()
        versions = self.paginate_queryset(published.listed(policy=policy, at=self.now, filters=self.filters)) or ()
        in_force = cast(EditorialPolicy, policy)  # without one there is no row
        shown = [Shown(version=version, policy=in_force, at=self.now) for version in versions]
        entries = [published.entry(visible, published.texts_of(visible.version)) for visible in shown]
        response = self.get_paginated_response([select_fields(entry, names) for entry in entries])
        for name, value in FRESH.items():
            response[name] = value
        return response


class ReaderView(APIView):
    """One article as readers see it."""

    permission_classes = [AllowAny]
    authentication_classes = []
    open_methods: tuple[str, ...] = ("GET", "HEAD")


class ArticleHistory(ReaderView):
    @extend_schema(
        operation_id="articles_history",
        summary="Read the history of an article",
        responses=ReaderHistorySerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        """List the versions that readers may see, also of a retracted article."""
        return Response(published.read_history(slug, at=timezone.now()), headers=FRESH)


class ReaderMessageView(ReaderView):
    """Accepts readers' messages about the version that they see."""

    open_methods = ("POST",)
    throttle_classes = [ReaderPostThrottle]
    message: type[ReaderMessageSerializer] = ReaderMessageSerializer

    def receive(self, request: Request, slug: str, *, act: Callable[..., Report]) -> Response:
        now: datetime = timezone.now()
        shown = published.find(slug, at=now)
        if shown.is_retracted:
            raise published.Retracted(shown)
        message = self.message(data=request.data)
        message.is_valid(raise_exception=True)
        act(article=shown.article, version=shown.version, now=now, **message.validated_data)
        return Response({"received_at": utc(now)}, status=201)


class ArticleReports(ReaderMessageView):
    message = ReaderReportSerializer

    @extend_schema(
        operation_id="articles_report",
        summary="Report a problem",
        request=ReaderReportSerializer,
        responses={201: ReceivedSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Store the report for the editors. It is not published."""
        return self.receive(request, slug, act=actions.report)
