"""Serializers of readers' reports, for users who read the record."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.api.allowed_actions import AllowedActionSerializer, addressed
from articles.models import Report, Triage
from articles.permissions import Offer, cannot_decide
from articles.verbs.reports import DECLINE, UPHOLD
from editorial.record.canonical_json import JSONDict

ADDRESSES = {UPHOLD.name: ("POST", "api-report-uphold"), DECLINE.name: ("POST", "api-report-decline")}


class ReportSerializer(serializers.ModelSerializer):
    """What a reader reported, and what an editor decided."""

    article = serializers.CharField(source="article.slug")
    version = serializers.IntegerField(source="version.number", help_text="Number of the version that was shown.")
    email = serializers.CharField(help_text="Used only to reply; empty if the reader gave none.")
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
    def get_allowed_actions(self, report: Report) -> list[JSONDict]:
        reason = cannot_decide(self.context["request"].user, report)
        offers = [Offer(verb.name, verb.label, not reason, reason) for verb in (UPHOLD, DECLINE)]
        return addressed(offers, addresses=ADDRESSES, pk=report.pk)
