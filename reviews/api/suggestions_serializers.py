"""Candidates for a review, and the best set."""

from typing import Any

from rest_framework import serializers

from editorial.http.serializers import StrictSerializer
from reviews.api.signatures_serializers import MemberSerializer
from reviews.models.comments_and_verdicts import MAX_WORDS
from reviews.rounds.reviewer_suggestions import ReviewerCandidate


class CandidateSerializer(serializers.Serializer):
    """A board member, with the points for and against inviting them to this version."""

    member = MemberSerializer()
    matching = serializers.ListField(
        child=serializers.CharField(), help_text="Specialties that the member shares with the article."
    )
    open_reviews = serializers.IntegerField()
    capacity = serializers.IntegerField(source="member.capacity")
    days_to_sign = serializers.SerializerMethodField(help_text="Median number of days from invitation to signature.")
    last_invited = serializers.DateTimeField(allow_null=True)
    away_until = serializers.DateField(allow_null=True)
    free = serializers.BooleanField(source="is_free", help_text="Whether there is no remark, interest or obstacle.")
    reasons = serializers.ListField(
        child=serializers.CharField(), help_text="The properties that rank candidates, as text."
    )
    remarks = serializers.ListField(child=serializers.CharField(), help_text="Points to know before an invitation.")
    interests = serializers.ListField(
        child=serializers.CharField(),
        help_text="Conflicts of interest as text: disclosures, recusals, cited works of their own. They prevent an "
        "invitation unless waived.",
    )
    against = serializers.ListField(
        child=serializers.CharField(), help_text="Why they cannot be invited, even with a waiver."
    )

    def get_days_to_sign(self, candidate: ReviewerCandidate) -> float | None:
        return round(candidate.to_sign.total_seconds() / 86400, 1) if candidate.to_sign is not None else None


class CandidatesSerializer(serializers.Serializer):
    """All members in office who take no part yet, the best first, and the best set among them."""

    best_set = serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids of the members that `invite-best/` would invite."
    )
    lacking = serializers.ListField(
        child=serializers.CharField(), help_text="Seats for which no member is available, as text."
    )
    candidates: Any = CandidateSerializer(many=True)


class BestSetSerializer(StrictSerializer):
    message = serializers.CharField(
        max_length=MAX_WORDS,
        required=False,
        allow_blank=True,
        help_text="Your message to the members, part of the mail.",
    )
