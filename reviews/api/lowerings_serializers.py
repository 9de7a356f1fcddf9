"""Proposals to lower the requirements while a version is in review."""

from typing import Any

from rest_framework import serializers

from articles.api.articles_serializers import ClassificationInputSerializer
from editorial.models import RiskTier
from editorial.verbs.bodies import MAX_REASON
from reviews.models import Lowering, LoweringOutcome
from reviews.permissions import cannot_decide_lowering


class ClassifiedSerializer(serializers.Serializer):
    """The classification of an article."""

    risk = serializers.ChoiceField(choices=RiskTier.choices)
    specialties = serializers.ListField(child=serializers.CharField(), help_text="Codes of specialties.")
    products = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of products.")


class LoweringSerializer(serializers.ModelSerializer):
    """A proposal with its author and reason, and the decision on it."""

    article = serializers.CharField(source="version.article.slug")
    before = ClassifiedSerializer(
        help_text="The classification when it was proposed. A later change of it voids the proposal."
    )
    after = ClassifiedSerializer(help_text="The proposed classification.")
    less = serializers.ListField(child=serializers.CharField(), help_text="The lowered requirements, as text.")
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
            return f"This was already decided: {lowering.get_outcome_display()}."
        return cannot_decide_lowering(self.context["request"].user, lowering, on=self.context["now"].date())


class NewLoweringSerializer(ClassificationInputSerializer):
    """The complete new classification, and the reason."""

    reason: Any = serializers.CharField(max_length=MAX_REASON, help_text="Everyone in the round can read it.")
