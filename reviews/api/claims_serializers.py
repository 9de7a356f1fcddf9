"""The claims of a version as a reviewer meets them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.models.reference import RetractionStatus
from editorial.models.policy import ClaimCheckRule
from reviews.checklist import State
from reviews.models import Verdict
from reviews.serializers.work import RulingSerializer
from reviews.verdicts import Lapse


class VoiceSerializer(serializers.Serializer):
    """One member's verdict on the claim and the work."""

    id = serializers.IntegerField(source="said.check.pk")
    verdict = serializers.ChoiceField(source="said.check.verdict", choices=Verdict.choices)
    locator = serializers.CharField(source="said.check.locator")
    quote = serializers.CharField(source="said.check.quote")
    note = serializers.CharField(source="said.check.note")
    name = serializers.CharField(help_text="As signed.")
    credentials = serializers.CharField(help_text="As signed.")
    checked_at = serializers.DateTimeField(source="said.check.checked_at")
    version = serializers.IntegerField(
        source="said.check.review.version.number", help_text="The version on which it was given."
    )
    own = serializers.BooleanField(source="is_own", help_text="Whether it is the reviewer's own.")
    carried_at = serializers.DateTimeField(
        source="said.carried_at", allow_null=True, help_text="When it was carried over; null for one of this round."
    )
    lapse = serializers.ChoiceField(
        source="said.lapse",
        choices=[("", "it counts"), *Lapse.choices],
        help_text="Why it does not count any more, though it was carried over; empty when it does.",
    )
    blocking = serializers.BooleanField(source="said.blocks", help_text="Whether it stands against an approval.")
    ruling = serializers.SerializerMethodField(help_text="Why an editor lets the claim stand against it.")

    @extend_schema_field(RulingSerializer(allow_null=True))
    def get_ruling(self, voice: Any) -> dict[str, Any] | None:
        ruling = voice.said.check.ruling
        return RulingSerializer(ruling).data if ruling else None


class CitedWorkSerializer(serializers.Serializer):
    """A work cited at the claim."""

    reference = serializers.CharField(source="work.key")
    number = serializers.IntegerField(help_text="In the text.")
    title = serializers.CharField(source="work.title")
    retraction = serializers.ChoiceField(
        source="work.retraction", choices=RetractionStatus.choices, help_text="As far as is known today."
    )
    state = serializers.ChoiceField(choices=State.choices)
    verdicts = VoiceSerializer(source="voices", many=True)


class ItemSerializer(serializers.Serializer):
    """One claim."""

    id = serializers.IntegerField(source="claim.pk")
    audience = serializers.CharField(source="claim.rendition.audience.code")
    position = serializers.IntegerField(source="claim.position")
    text = serializers.CharField(source="claim.text")
    state = serializers.ChoiceField(choices=State.choices, help_text="Of the work that is least settled.")
    changed_since_my_signature = serializers.BooleanField(
        source="has_changed", help_text="Its words or works are new since the reviewer's own last signature."
    )
    before = serializers.CharField(allow_null=True, help_text="Its text at that signature, if one can be told.")
    blocking = serializers.BooleanField(source="blocks")
    works = CitedWorkSerializer(many=True)


class SummarySerializer(serializers.Serializer):
    """How many claims there are, by what is to be done about them."""

    claims = serializers.IntegerField()
    to_check = serializers.IntegerField()
    checked = serializers.IntegerField()
    carried = serializers.IntegerField()
    blocking = serializers.IntegerField()
    changed = serializers.IntegerField()


class ChecklistSerializer(serializers.Serializer):
    """Every claim, what changed for the reviewer first, and where to begin."""

    rule = serializers.ChoiceField(choices=ClaimCheckRule.choices, help_text="Whose verdicts the policy asks for.")
    signed_version = serializers.IntegerField(
        source="since.number", default=None, allow_null=True, help_text="The version that the reviewer signed last."
    )
    summary = SummarySerializer()
    claims = ItemSerializer(source="items", many=True)
