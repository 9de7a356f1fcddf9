"""API of replacing a work by another: the articles that cite it, and drafts for them."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from articles import actions
from articles.api.replacement_serializers import (
    CitedBySerializer,
    ReplacementsSerializer,
    ReplaceSerializer,
    SupersededSerializer,
    SupersedeSerializer,
)
from articles.library.cited_by import articles_citing, cited_by
from articles.models import Reference
from editorial.http.idempotency import idempotent
from editorial.http.verbs import sender


class OfWorks(GenericAPIView):
    queryset = Reference.objects.select_related("superseded_by")
    lookup_field = "key"


class ReferenceSupersede(OfWorks):
    serializer_class = SupersededSerializer

    @extend_schema(
        operation_id="references_supersede", summary="Record that a work is superseded", request=SupersedeSerializer
    )
    @idempotent
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Record that another work supersedes this one. Texts that cite this work do not change."""
        old = self.get_object()
        body = SupersedeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        done = actions.supersede_work(
            reference_id=old.pk, **body.validated_data, by=sender(request), now=timezone.now()
        )
        return Response(self.get_serializer(done).data)


class ReferenceCitedBy(OfWorks, ListAPIView):
    serializer_class = CitedBySerializer
    keyset_ordering = ("slug", "pk")

    @extend_schema(operation_id="references_cited_by", summary="List the articles that cite a work")
    def get(self, request: Request, *_args: object, **_kwargs: object) -> Response:
        """List the articles that currently cite the work in a version and whose record you may see, ordered by slug."""
        work = self.get_object()
        page = self.paginate_queryset(articles_citing(work, seen_by=request.user)) or []
        return self.get_paginated_response(self.get_serializer(cited_by(work, page), many=True).data)


class ReferenceReplace(OfWorks):
    serializer_class = ReplacementsSerializer

    @extend_schema(
        operation_id="references_replace",
        summary="Begin drafts for a superseded work",
        request=ReplaceSerializer,
    )
    @idempotent
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Begin a draft in each article that cites this work, and notify the writers of the claims to check.

        One request creates at most 100 drafts. Repeat it for the remaining articles.
        """
        work = self.get_object()
        body = ReplaceSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        report = actions.draft_replacements(
            reference_id=work.pk, **body.validated_data, by=sender(request), now=timezone.now()
        )
        return Response(self.get_serializer({"articles": report}).data)
