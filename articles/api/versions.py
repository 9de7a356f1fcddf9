"""API of versions for users who may see their record: writers their own, editors and administrators all."""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from articles import actions
from articles.api.versions_serializers import (
    PreflightSerializer,
    VersionEditSerializer,
    VersionRowSerializer,
    VersionSerializer,
    texts_of,
)
from articles.lifecycle import State
from articles.models import Version
from articles.preflight import preflight, refusing
from editorial.http.preconditions import expected
from editorial.http.verbs import VerbView, sender


class OfVersions(GenericAPIView):
    """Limits versions to those visible to the sender."""

    queryset = Version.objects.none()  # tells the schema the model
    lookup_url_kwarg = "version_id"

    def get_queryset(self) -> QuerySet[Version]:
        seen = Version.objects.visible_to(self.request.user)
        siblings = Prefetch("article__versions", Version.objects.only("article", "number", "state").order_by("number"))
        return seen.select_related("article", "created_by", "policy").prefetch_related("article__authorships", siblings)


class VersionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=State.choices)
    article = django_filters.CharFilter(field_name="article__slug", help_text="Slug of the article.")

    class Meta:
        model = Version
        fields = ["state", "article"]


class VersionList(OfVersions, ListAPIView):
    serializer_class = VersionRowSerializer
    filterset_class = VersionFilter
    keyset_ordering = ("-created_at", "-pk")

    @extend_schema(operation_id="versions_list", summary="List versions")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the versions whose record you may see, the newest first, without their texts."""
        return super().get(request, *args, **kwargs)


class VersionDetail(OfVersions):
    serializer_class = VersionSerializer
    answers_304 = False  # what you may do changes without the version
    needs_if_match = ("patch",)
    gives_etag = ("get", "patch")

    @extend_schema(operation_id="versions_read", summary="Read a version")
    def get(self, _request: Request, **_kwargs: object) -> Response:
        """Return a version whose record you may see, with its texts. Reviewers read the version in their review."""
        return self._answer(self.get_object())

    @extend_schema(operation_id="versions_edit", summary="Edit a draft", request=VersionEditSerializer)
    def patch(self, request: Request, **_kwargs: object) -> Response:
        """Replace the question, all texts, the listed works, or any of them. Unchanged parts are not written."""
        version, expectation = self.get_object(), expected(request)
        body = VersionEditSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        renditions = body.validated_data.get("renditions")
        actions.edit(
            version_id=version.pk,
            question=body.validated_data.get("question"),
            texts=None if renditions is None else texts_of(renditions),
            listed=body.validated_data.get("listed"),
            expected=expectation,
            by=sender(request),
            now=timezone.now(),
        )
        return self._answer(self.get_object())

    def _answer(self, version: Version) -> Response:
        return Response(self.get_serializer(version).data, headers={"ETag": version.etag})


class VersionVerb(OfVersions, VerbView):
    """POST: one of the verbs of versions, of this app or of one that builds on it."""

    serializer_class = VersionSerializer
    route = "api-version"


class Preflight(OfVersions):
    serializer_class = PreflightSerializer

    @extend_schema(operation_id="versions_preflight", summary="Run pre-flight")
    def get(self, _request: Request, **_kwargs: object) -> Response:
        """List every finding, with what to do about it. This changes nothing."""
        findings = preflight(self.get_object(), now=timezone.now())
        report = {"passes": not refusing(findings), "findings": findings}
        return Response(self.get_serializer(report).data)
