"""API of imports of works, and their reports."""

from collections.abc import Mapping
from typing import IO, Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from articles import actions
from articles.api.references_serializers import ImportedRecordSerializer, ImportInputSerializer, ImportSerializer
from articles.library.formats.registry import unfit
from articles.library.formats.text_encoding import decoded
from articles.models import ImportedRecord, LibraryImport
from articles.models.reference_imports import ImportResult
from editorial.exceptions import Fault, Unacceptable
from editorial.http.idempotency import idempotent
from editorial.http.parsers import StrictJSONParser
from editorial.http.verbs import sender
from editorial.permissions import is_writer, reads_the_record, require
from editorial.record.canonical_json import JSONDict

OF_TEXT = [
    OpenApiParameter(
        "format",
        description="Format of the file, if the body is the file itself.",
        enum=["csl-json", "bibtex", "ris", "nbib"],
    ),
    OpenApiParameter("file_name", description="Name of the file, if the body is the file itself."),
]
LOCATION = OpenApiParameter(
    "Location",
    type={"type": "string", "format": "uri-reference"},
    location=OpenApiParameter.HEADER,
    response=[202],
    description="URL of the import, which shows its progress.",
)


class FileParser(BaseParser):
    """A body that is the file itself. Its format and name are in the query.

    Raises Unacceptable for a file that is not plain text. The request keeps the bytes: their encoding is found when the
    file is imported.
    """

    media_type = "text/plain"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> JSONDict:
        content = stream.read()
        if words := unfit(content):
            raise Unacceptable(words, faults=(Fault("/content", "unfit", words),))
        request = (parser_context or {})["request"]
        request.sent_file = content
        named = {name: request.query_params[name] for name in ("format", "file_name") if name in request.query_params}
        return {**named, "content": decoded(content)[0]}


class OfLibrarians(GenericAPIView):
    """Limits imports to users who edit the library or read the record."""

    def imports(self) -> QuerySet[LibraryImport]:
        user = sender(self.request)
        require(is_writer(user) or reads_the_record(user), "Only writers and editors see imports.")
        return LibraryImport.objects.select_related("requested_by").defer("content")

    def get_queryset(self) -> QuerySet[Any]:
        return self.imports()


class ReferenceImports(OfLibrarians, ListAPIView):
    queryset = LibraryImport.objects.none()
    serializer_class = ImportSerializer
    parser_classes = [StrictJSONParser, FileParser]
    keyset_ordering = ("-id",)

    @extend_schema(operation_id="references_imports_list", summary="List imports into the library")
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the imports of all users, the newest first."""
        return super().get(request, **kwargs)

    @extend_schema(
        operation_id="references_import",
        summary="Import works from a file",
        parameters=[*OF_TEXT, LOCATION],
        request={"application/json": ImportInputSerializer, "text/plain": OpenApiTypes.STR},
        responses={202: ImportSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Send a file as the body, with its format in the query, or in JSON. A worker imports its records one by one.

        A record that cannot be imported is listed in the report with its line. It does not affect the other records.
        """
        body = ImportInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        job = actions.request_import(
            form=sent["format"],
            content=getattr(request, "sent_file", b"") or sent["content"].encode("utf-8", "replace"),
            file_name=sent["file_name"],
            by=sender(request),
            now=timezone.now(),
        )
        headers = {"Location": reverse("api-reference-import", args=[job.pk])}
        return Response(self.get_serializer(job).data, status=202, headers=headers)


class ReferenceImport(OfLibrarians):
    queryset = LibraryImport.objects.none()
    serializer_class = ImportSerializer
    lookup_url_kwarg = "import_id"

    @extend_schema(operation_id="references_import_read", summary="Read the progress of an import")
    def get(self, request: Request, **_kwargs: object) -> Response:
        """Return an import with its number of records so far, by outcome."""
        return Response(self.get_serializer(self.get_object()).data)


class ImportReportFilter(django_filters.FilterSet):
    remarked = django_filters.BooleanFilter(
        method="with_remarks", help_text="Only records with remarks, or only those without."
    )
    outcome = django_filters.ChoiceFilter(choices=ImportResult.choices, help_text="Only records with this outcome.")

    class Meta:
        model = ImportedRecord
        fields = ["outcome"]

    def with_remarks(self, rows: QuerySet, _name: str, wanted: bool) -> QuerySet:  # noqa: FBT001
        return rows.exclude(remarks=[]) if wanted else rows.filter(remarks=[])


class ReferenceImportReport(OfLibrarians, ListAPIView):
    queryset = ImportedRecord.objects.none()
    serializer_class = ImportedRecordSerializer
    filterset_class = ImportReportFilter
    keyset_ordering = ("position", "pk")

    def get_queryset(self) -> QuerySet[Any]:
        lines = ImportedRecord.objects.select_related("reference")
        return lines.filter(library_import__in=self.imports().filter(pk=self.kwargs["import_id"]))

    @extend_schema(operation_id="references_import_report", summary="Read the report of an import")
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the outcome of each record, in the order of the file: created, matched by what, or refused and why."""
        return super().get(request, **kwargs)
