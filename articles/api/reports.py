"""API of readers' reports of problems, for editors."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.reports_serializers import ReportSerializer
from articles.models import Report, Triage
from editorial.http.verbs import VerbView


class OfReports(GenericAPIView):
    """Limits reports to those visible to the sender."""

    queryset = Report.objects.none()  # tells the schema the model
    lookup_url_kwarg = "report_id"
    serializer_class = ReportSerializer

    def get_queryset(self) -> QuerySet[Report]:
        seen = Report.objects.visible_to(self.request.user)
        return seen.select_related("article", "version", "claim", "triage__triaged_by")


class ReportFilter(django_filters.FilterSet):
    decision = django_filters.ChoiceFilter(
        choices=[("open", "to be decided"), *Triage.Outcome.choices], method="filter_decision"
    )
    article = django_filters.CharFilter(field_name="article__slug", help_text="Slug of the article.")

    class Meta:
        model = Report
        fields = ["decision", "article"]

    def filter_decision(self, queryset: QuerySet[Report], _name: str, value: str) -> QuerySet[Report]:
        return queryset.filter(triage=None) if value == "open" else queryset.filter(triage__outcome=value)


class ReportList(OfReports, ListAPIView):
    filterset_class = ReportFilter
    keyset_ordering = ("-received_at", "-pk")

    @extend_schema(operation_id="reports_list", summary="List readers' reports")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List readers' reports, the newest first. Only editors and administrators see any."""
        return super().get(request, *args, **kwargs)


class ReportDetail(OfReports):
    @extend_schema(operation_id="reports_read", summary="Read a reader's report")
    def get(self, _request: Request, **_kwargs: object) -> Response:
        """Return what the reader wrote about which version, and the decision. For editors and administrators."""
        return Response(self.get_serializer(self.get_object()).data)


class ReportVerb(OfReports, VerbView):
    """POST: one of the verbs of reports."""

    gives_etag = ()
    route = "api-report"
