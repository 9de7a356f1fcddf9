"""Choosing reviewers: who can be invited to a version, and inviting the best set."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles.views.versions import OfVersions
from editorial.http.idempotency import idempotent
from editorial.http.verbs import described, sender
from editorial.models import EditorialPolicy
from editorial.permissions import reads_the_record, require
from reviews import actions
from reviews.choosing import candidates, choose
from reviews.serializers.choosing import BestSetSerializer, CandidatesSerializer
from reviews.serializers.reviews import ReviewRowSerializer


class Candidates(OfVersions):
    serializer_class = CandidatesSerializer
    answers_304 = False  # what is free today is not tomorrow

    @extend_schema(operation_id="versions_candidates", summary="List whom to invite")
    def get(self, request: Request, **_kwargs: Any) -> Response:
        """Board members who take no part in the round yet, each with reasons, and the best set. For editors."""
        version, now = self.get_object(), timezone.now()
        require(reads_the_record(sender(request)), "Only editors choose reviewers.")
        choice = choose(version, policy=EditorialPolicy.objects.required(at=now), at=now)
        found = {
            "best_set": [one.member.pk for one in choice.chosen],
            "lacking": choice.lacking,
            "candidates": candidates(version, at=now),
        }
        return Response(self.get_serializer(found).data)


class InviteBest(OfVersions):
    pagination_class = None  # the answer is a plain list, and is described as one

    @extend_schema(
        operation_id="versions_invite_best",
        summary="Invite the best set of reviewers",
        description=described(actions.invite_best),
        request=BestSetSerializer,
        responses={201: ReviewRowSerializer(many=True)},
    )
    @idempotent
    def post(self, request: Request, **_kwargs: Any) -> Response:
        """Invite; answers with the new reviews."""
        version = self.get_object()
        body = BestSetSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        invited = actions.invite_best(
            version_id=version.pk, **body.validated_data, by=sender(request), now=timezone.now()
        )
        shown = ReviewRowSerializer(invited, many=True, context=self.get_serializer_context())
        return Response(shown.data, status=201)
