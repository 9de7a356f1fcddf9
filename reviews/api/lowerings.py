"""Lowerings: requiring less during a review. One person proposes, another decides."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.articles_serializers import classification_of
from articles.models import Article
from editorial.http.idempotency import idempotent
from editorial.http.verbs import LOCATION, VerbView, described, sender
from reviews import actions
from reviews.api.lowerings_serializers import LoweringSerializer, NewLoweringSerializer
from reviews.models import Lowering


class OfLowerings(GenericAPIView):
    """Limits proposals to those visible to the sender."""

    queryset = Lowering.objects.none()  # gives the schema its model
    serializer_class = LoweringSerializer
    lookup_url_kwarg = "lowering_id"
    gives_etag: tuple[str, ...] = ()

    def get_queryset(self) -> QuerySet[Lowering]:
        seen = Lowering.objects.visible_to(sender(self.request), on=timezone.now().date())
        return seen.select_related("version__article", "proposed_by", "decided_by")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": timezone.now()}


class LoweringDetail(OfLowerings):
    answers_304 = False  # what you may do changes without the proposal

    @extend_schema(operation_id="lowerings_read", summary="Read a proposed lowering")
    def get(self, _request: Request, **_kwargs: object) -> Response:
        """Return what is proposed for a running round, by whom and why. For everyone in the round."""
        return Response(self.get_serializer(self.get_object()).data)


class LoweringVerb(OfLowerings, VerbView):
    """POST: one of the verbs of proposals."""

    route = "api-lowering"


class ProposeLowering(GenericAPIView):
    queryset = Article.objects.none()  # gives the schema its model
    serializer_class = LoweringSerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Article]:
        return Article.objects.visible_to(self.request.user)

    @extend_schema(
        operation_id="articles_propose_lowering",
        summary="Propose a lowering while a version is in review",
        description=described(actions.propose_lowering),
        request=NewLoweringSerializer,
        responses={201: LoweringSerializer},
        parameters=[LOCATION],
    )
    @idempotent
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Propose a lowering. Returns the proposal."""
        article = self.get_object()
        body = NewLoweringSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        now = timezone.now()
        lowering = actions.propose_lowering(
            article_id=article.pk,
            classification=classification_of(body.validated_data),
            reason=body.validated_data["reason"],
            by=sender(request),
            now=now,
        )
        shown = LoweringSerializer(lowering, context={**self.get_serializer_context(), "now": now})
        headers = {"Location": reverse("api-lowering", args=[lowering.pk])}
        return Response(shown.data, status=201, headers=headers)
