"""API of the library: read by every user, edited by writers and editors."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from articles import actions
from articles.api.references_serializers import (
    DuplicatesSerializer,
    MergeSerializer,
    ReferenceInputSerializer,
    ReferenceSerializer,
)
from articles.library.formats.export import export
from articles.library.formats.registry import MEDIA_TYPES, SUFFIXES
from articles.library.matching.duplicates import doubtful_works, offered_groups
from articles.models import Reference
from articles.models.reference_imports import ImportFormat
from editorial.http.idempotency import idempotent
from editorial.http.preconditions import expected, not_modified
from editorial.http.verbs import LOCATION, sender

MERGED = "`true` includes records that were merged into another one."


FILES: dict[Any, Any] = {
    **{(200, media_type): OpenApiTypes.STR for media_type in MEDIA_TYPES.values()},
    (200, MEDIA_TYPES[ImportFormat.CSL_JSON]): {"type": "array", "items": {"type": "object"}},
}


class ReferenceFilter(django_filters.FilterSet):
    key = django_filters.CharFilter(help_text="Exact key.")
    doi = django_filters.CharFilter(lookup_expr="iexact", help_text="Exact DOI.")
    pmid = django_filters.CharFilter(help_text="Exact PubMed identifier.")
    title = django_filters.CharFilter(lookup_expr="mentions", help_text="Part of the title, without markup.")
    merged = django_filters.BooleanFilter(method="with_merged", help_text=MERGED)
    doubtful = django_filters.BooleanFilter(
        method="with_doubtful",
        help_text="Only works with an identifier that was left out, and works that have it; or only the others.",
    )

    class Meta:
        model = Reference
        fields = ["key", "doi", "pmid", "title", "merged", "doubtful"]

    def filter_queryset(self, queryset: QuerySet[Reference]) -> QuerySet[Reference]:
        works = super().filter_queryset(queryset)
        return works if self.form.cleaned_data["merged"] else works.filter(merged_into=None)

    def with_merged(self, queryset: QuerySet[Reference], _name: str, merged: bool) -> QuerySet[Reference]:  # noqa: FBT001
        return queryset.filter(merged_into__isnull=not merged)

    def with_doubtful(self, queryset: QuerySet[Reference], _name: str, wanted: bool) -> QuerySet[Reference]:  # noqa: FBT001
        doubtful = doubtful_works().values("pk")
        return queryset.filter(pk__in=doubtful) if wanted else queryset.exclude(pk__in=doubtful)


class ReferenceList(ListAPIView):
    queryset = Reference.objects.select_related("merged_into", "superseded_by")
    serializer_class = ReferenceSerializer
    filterset_class = ReferenceFilter
    keyset_ordering = ("key", "pk")
    gives_etag = ("post",)

    @extend_schema(operation_id="references_list", summary="List works of the library")
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List works, ordered by key."""
        return super().get(request, **kwargs)

    @extend_schema(
        operation_id="references_add",
        summary="Add a work",
        request=ReferenceInputSerializer,
        responses={201: ReferenceSerializer},
        parameters=[LOCATION],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Add a work to the library. 409 names the work that already has the key, DOI, PMID or PMCID."""
        body = ReferenceInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        reference = actions.keep_reference(**body.work(), by=sender(request), now=timezone.now())
        headers = {"ETag": reference.etag, "Location": reverse("api-reference", args=[reference.key])}
        return Response(self.get_serializer(reference).data, status=201, headers=headers)


class ReferenceDetail(GenericAPIView):
    queryset = Reference.objects.select_related("merged_into", "superseded_by")
    serializer_class = ReferenceSerializer
    lookup_field = "key"
    needs_if_match = ("put",)
    gives_etag = ("get", "put")

    @extend_schema(operation_id="references_read", summary="Read a work")
    def get(self, request: Request, **_kwargs: object) -> HttpResponse:
        """Return the current record of a work. A version shows the record as it was at submission."""
        reference = self.get_object()
        if not_modified(request, etag=reference.etag):
            return HttpResponseNotModified(headers={"ETag": reference.etag})
        return self._answer(reference)

    @extend_schema(operation_id="references_correct", summary="Correct a work", request=ReferenceInputSerializer)
    def put(self, request: Request, **_kwargs: object) -> Response:
        """Replace the record of a work. Its key never changes, because texts cite it.

        409 if the record was merged into another one.
        """
        reference, expectation = self.get_object(), expected(request)
        body = ReferenceInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        done = actions.keep_reference(
            **body.work(), reference=reference, expected=expectation, by=sender(request), now=timezone.now()
        )
        return self._answer(done)

    def _answer(self, reference: Reference) -> Response:
        return Response(self.get_serializer(reference).data, headers={"ETag": reference.etag})


class ReferenceMerge(GenericAPIView):
    queryset = Reference.objects.all()
    serializer_class = ReferenceSerializer
    lookup_field = "key"
    gives_etag = ("post",)

    @extend_schema(
        operation_id="references_merge",
        summary="Merge a record into another",
        request=MergeSerializer,
        responses={200: ReferenceSerializer},
    )
    @idempotent
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Merge this record into the record `into`, which then also stands for its work. Returns `into`.

        Drafts cite it from now on. Submitted versions keep their citations unchanged.
        """
        loser = self.get_object()
        body = MergeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        winner = body.validated_data["into"]
        done = actions.merge_references(
            loser_id=loser.pk,
            winner_id=winner.pk,
            reason=body.validated_data["reason"],
            by=sender(request),
            now=timezone.now(),
        )
        return Response(self.get_serializer(done).data, headers={"ETag": done.etag})


class ReferenceDuplicates(GenericAPIView):
    serializer_class = DuplicatesSerializer

    @extend_schema(operation_id="references_duplicates", summary="List records that may be one work")
    def get(self, request: Request) -> Response:
        """List the first hundred groups of records that may be one work, with what agrees and what differs."""
        groups = [
            {
                "title": group.works[0].plain_title,
                "year": group.works[0].year,
                "keys": [work.key for work in group.works],
                "speaks_for": group.speaks_for,
                "speaks_against": group.speaks_against,
                "relation": group.relation,
            }
            for group in offered_groups()
        ]
        return Response({"results": groups})


class ReferenceExport(GenericAPIView):
    queryset = Reference.objects.order_by("key", "pk")
    serializer_class = ReferenceSerializer
    filterset_class = ReferenceFilter

    @extend_schema(
        operation_id="references_export",
        summary="Export works",
        parameters=[
            OpenApiParameter(
                "format",
                enum=ImportFormat.values,
                default=ImportFormat.CSL_JSON.value,
                description="Format of the file.",
            ),
            OpenApiParameter("keys", description="Only works with these keys, separated by commas."),
        ],
        responses=FILES,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Export all works that a list with the same filters contains, as one file."""
        form = request.query_params.get("format", ImportFormat.CSL_JSON.value)
        if form not in MEDIA_TYPES:
            raise ValidationError({"format": [ErrorDetail(f"One of {', '.join(MEDIA_TYPES)}.", code="invalid")]})
        works = self.filter_queryset(self.get_queryset())
        if keys := request.query_params.get("keys"):
            works = works.filter(key__in=keys.split(","))
        return StreamingHttpResponse(
            export(works.iterator(chunk_size=500), form=form),
            content_type=MEDIA_TYPES[form],
            headers={"Content-Disposition": f'attachment; filename="references.{SUFFIXES[form]}"'},
        )
