"""Serializers of readers' reports, for users who read the record."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.api.allowed_actions import AllowedActionSerializer, addressed
from articles.models import Report, Triage
from articles.permissions import Offer, cannot_decide
from editorial.http.verbs import ReasonSerializer

LABELS = {"uphold": "Uphold", "decline": "Decline"}
ADDRESSES = {"uphold": ("POST", "api-report-uphold"), "decline": ("POST", "api-report-decline")}


class DecisionSerializer(ReasonSerializer):
    public_words = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="Published with the outcome in the history of the article. `reason` is not published.",
    )


class UpholdSerializer(DecisionSerializer):
    suspends = serializers.BooleanField(
        default=False, help_text="Also suspend the approval of the version that readers see, for the same reason."
    )


class ReportSerializer(serializers.ModelSerializer):
    """What a reader reported, and what an editor decided."""

    article = serializers.CharField(source="article.slug")
    version = serializers.IntegerField(source="version.number", help_text="Number of the version that was shown.")
    email = serializers.CharField(help_text="Address for an answer; empty if the reader gave none.")
    outcome = serializers.ChoiceField(
        source="decision.outcome", choices=Triage.Outcome.choices, default=None, allow_null=True
    )
    reason = serializers.CharField(source="decision.reason", default=None, allow_null=True)
    public_words = serializers.CharField(source="decision.public_words", default=None, allow_null=True)
    claim = serializers.CharField(
        source="claim.text", default=None, allow_null=True, help_text="The statement that the report is about."
    )
    decided_at = serializers.DateTimeField(source="decision.triaged_at", default=None, allow_null=True)
    decided_by = serializers.CharField(source="decision.triaged_by", default=None, allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = [
            "id",
            "article",
            "version",
            "text",
            "claim",
            "email",
            "received_at",
            "outcome",
            "reason",
            "public_words",
            "decided_at",
            "decided_by",
            "allowed_actions",
        ]
        read_only_fields = fields

    @extend_schema_field(AllowedActionSerializer(many=True))
    def get_allowed_actions(self, report: Report) -> list[dict[str, Any]]:
        reason = cannot_decide(self.context["request"].user, report)
        offers = [Offer(action, label, not reason, reason) for action, label in LABELS.items()]
        return addressed(offers, addresses=ADDRESSES, pk=report.pk)
