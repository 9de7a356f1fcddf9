"""The library of works: read by everybody with an account, kept by writers and editors."""

from typing import Any

import django_filters
from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from articles import actions
from articles.models import Reference
from articles.serializers.references import ReferenceInputSerializer, ReferenceSerializer
from editorial.http.idempotency import idempotent
from editorial.http.preconditions import expected, not_modified
from editorial.http.verbs import LOCATION, sender


class ReferenceFilter(django_filters.FilterSet):
    key = django_filters.CharFilter(help_text="The whole key.")
    doi = django_filters.CharFilter(lookup_expr="iexact", help_text="The whole DOI.")
    pmid = django_filters.CharFilter(help_text="The whole PubMed identifier.")
    title = django_filters.CharFilter(lookup_expr="icontains", help_text="A part of the title.")

    class Meta:
        model = Reference
        fields = ["key", "doi", "pmid", "title"]


class ReferenceList(ListAPIView):
    queryset = Reference.objects.all()
    serializer_class = ReferenceSerializer
    filterset_class = ReferenceFilter
    keyset_ordering = ("key", "pk")
    gives_etag = ("post",)

    @extend_schema(operation_id="references_list", summary="List works of the library")
    def get(self, request: Request, **kwargs: Any) -> Response:
        """Works in the order of their keys."""
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
        """Add a work to the library. 409 names the work that has the key, DOI or PMID already."""
        body = ReferenceInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        reference = actions.keep_reference(**body.work(), by=sender(request), now=timezone.now())
        headers = {"ETag": reference.etag, "Location": reverse("api-reference", args=[reference.key])}
        return Response(self.get_serializer(reference).data, status=201, headers=headers)


class ReferenceDetail(GenericAPIView):
    queryset = Reference.objects.all()
    serializer_class = ReferenceSerializer
    lookup_field = "key"
    needs_if_match = ("put",)
    gives_etag = ("get", "put")

    @extend_schema(operation_id="references_read", summary="Read a work")
    def get(self, request: Request, **_kwargs: Any) -> HttpResponse:
        """A work as it is recorded today; a version shows it as it was when submitted."""
        reference = self.get_object()
        if not_modified(request, etag=reference.etag):
            return HttpResponseNotModified(headers={"ETag": reference.etag})
        return self._answer(reference)

    @extend_schema(operation_id="references_correct", summary="Correct a work", request=ReferenceInputSerializer)
    def put(self, request: Request, **_kwargs: Any) -> Response:
        """Replace the record of a work. Its key stays: texts cite it."""
        reference, expectation = self.get_object(), expected(request)
        body = ReferenceInputSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        done = actions.keep_reference(
            **body.work(), reference=reference, expected=expectation, by=sender(request), now=timezone.now()
        )
        return self._answer(done)

    def _answer(self, reference: Reference) -> Response:
        return Response(self.get_serializer(reference).data, headers={"ETag": reference.etag})
