"""Proposals to ask for less while a version is in review."""

from typing import Any

from rest_framework import serializers

from articles.api.articles_serializers import ClassificationInputSerializer
from editorial.models import RiskTier
from editorial.verbs.bodies import MAX_REASON
from reviews.models import Lowering, LoweringOutcome
from reviews.permissions import cannot_decide_lowering


class ClassifiedSerializer(serializers.Serializer):
    """How an article is classified."""

    risk = serializers.ChoiceField(choices=RiskTier.choices)
    specialties = serializers.ListField(child=serializers.CharField(), help_text="Codes.")
    products = serializers.ListField(child=serializers.IntegerField(), help_text="Ids.")


class LoweringSerializer(serializers.ModelSerializer):
    """Who proposes what and why, and what was decided."""

    article = serializers.CharField(source="version.article.slug")
    before = ClassifiedSerializer(help_text="When it was proposed. It is void once this is not so any more.")
    after = ClassifiedSerializer(help_text="As proposed.")
    less = serializers.ListField(child=serializers.CharField(), help_text="What it asks less of, in words.")
    proposed_by = serializers.CharField()
    outcome = serializers.ChoiceField(choices=LoweringOutcome.choices, allow_null=True)
    decided_by = serializers.CharField(allow_null=True)
    cannot_decide = serializers.SerializerMethodField(
        help_text="Why you may not confirm or refuse it; empty when you may."
    )

    class Meta:
        model = Lowering
        fields = [
            "id",
            "article",
            "version",
            "before",
            "after",
            "less",
            "reason",
            "proposed_by",
            "proposed_at",
            "outcome",
            "decided_by",
            "decided_at",
            "cannot_decide",
        ]
        read_only_fields = fields

    def get_cannot_decide(self, lowering: Lowering) -> str:
        if lowering.outcome:
            return f"This is decided already: {lowering.get_outcome_display()}."
        return cannot_decide_lowering(self.context["request"].user, lowering, on=self.context["now"].date())


class NewLoweringSerializer(ClassificationInputSerializer):
    """The whole classification as it shall be, and why."""

    reason: Any = serializers.CharField(max_length=MAX_REASON, help_text="Everybody in the round reads it.")
