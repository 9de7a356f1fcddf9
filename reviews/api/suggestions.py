"""Choosing reviewers: candidates for a version, and inviting the best set."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from articles.api.versions import OfVersions
from articles.requirements import required
from editorial.http.idempotency import idempotent
from editorial.http.verbs import described, sender
from editorial.permissions import reads_the_record, require
from reviews import actions
from reviews.api.reviews_serializers import ReviewRowSerializer
from reviews.api.suggestions_serializers import BestSetSerializer, CandidatesSerializer
from reviews.rounds.reviewer_suggestions import candidates, choose_reviewers


class Candidates(OfVersions):
    serializer_class = CandidatesSerializer
    answers_304 = False  # what is free today is not tomorrow

    @extend_schema(operation_id="versions_candidates", summary="List candidates for an invitation")
    def get(self, request: Request, **_kwargs: object) -> Response:
        """List board members who take no part in the round yet, each with reasons, and the best set. For editors."""
        version, now = self.get_object(), timezone.now()
        require(reads_the_record(sender(request)), "Only editors choose reviewers.")
        choice = choose_reviewers(version, requirements=required(version, at=now), at=now)
        payload = {
            "best_set": [candidate.member.pk for candidate in choice.chosen],
            "lacking": choice.lacking,
            "candidates": candidates(version, at=now),
        }
        return Response(self.get_serializer(payload).data)


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
    def post(self, request: Request, **_kwargs: object) -> Response:
        """Invite the best set. Returns the new reviews."""
        version, now = self.get_object(), timezone.now()
        body = BestSetSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        invited = actions.invite_best(version_id=version.pk, **body.validated_data, by=sender(request), now=now)
        shown = ReviewRowSerializer(invited, many=True, context={**self.get_serializer_context(), "now": now})
        return Response(shown.data, status=201)
