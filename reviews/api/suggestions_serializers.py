"""Candidates for a review, and the best set."""

from typing import Any

from rest_framework import serializers

from editorial.http.serializers import StrictSerializer
from reviews.api.signatures_serializers import MemberSerializer
from reviews.models.comments_and_verdicts import MAX_WORDS
from reviews.rounds.reviewer_suggestions import ReviewerCandidate


class CandidateSerializer(serializers.Serializer):
    """A board member with what speaks for and against inviting them to this version."""

    member = MemberSerializer()
    matching = serializers.ListField(child=serializers.CharField(), help_text="Specialties that the article has, too.")
    open_reviews = serializers.IntegerField()
    capacity = serializers.IntegerField(source="member.capacity")
    days_to_sign = serializers.SerializerMethodField(help_text="Median of days from invitation to signature.")
    last_invited = serializers.DateTimeField(allow_null=True)
    away_until = serializers.DateField(allow_null=True)
    free = serializers.BooleanField(source="is_free", help_text="Nothing speaks against inviting them.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="What decides among several, in words.")
    remarks = serializers.ListField(child=serializers.CharField(), help_text="What to know before inviting them.")
    interests = serializers.ListField(
        child=serializers.CharField(),
        help_text="In words: disclosed, stepped back, wrote a cited work. They block unless waived.",
    )
    against = serializers.ListField(child=serializers.CharField(), help_text="Why they cannot be invited at all.")

    def get_days_to_sign(self, candidate: ReviewerCandidate) -> float | None:
        return round(candidate.to_sign.total_seconds() / 86400, 1) if candidate.to_sign is not None else None


class CandidatesSerializer(serializers.Serializer):
    """Everybody in office who takes no part yet, the best first, and the best set among them."""

    best_set = serializers.ListField(
        child=serializers.IntegerField(), help_text="Ids of the members whom `invite-best/` would invite."
    )
    lacking = serializers.ListField(child=serializers.CharField(), help_text="Seats that nobody is free for, in words.")
    candidates: Any = CandidateSerializer(many=True)


class BestSetSerializer(StrictSerializer):
    message = serializers.CharField(
        max_length=MAX_WORDS, required=False, allow_blank=True, help_text="Your words to the members, in the mail."
    )
