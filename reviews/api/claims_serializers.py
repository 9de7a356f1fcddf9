"""The claims of a version for a reviewer."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.models.references import RetractionStatus
from articles.text.claims import ContextKind
from editorial.models.policy import ClaimCheckRule
from reviews.api.comments_and_verdicts_serializers import RulingSerializer
from reviews.desk.claims import ClaimState
from reviews.desk.verdicts import AttributedVerdict, Lapse
from reviews.models import Verdict


class ContextSerializer(serializers.Serializer):
    """One thing that the meaning of a claim hangs on beside its own words."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in ContextKind])
    words = serializers.CharField(help_text="At most 300 characters of it, of a cell as many of its header.")


class VoiceSerializer(serializers.Serializer):
    """One member's verdict on the claim and the work."""

    id = serializers.IntegerField(source="verdict.check.pk")
    verdict = serializers.ChoiceField(source="verdict.check.verdict", choices=Verdict.choices)
    locator = serializers.CharField(source="verdict.check.locator")
    quote = serializers.CharField(source="verdict.check.quote")
    note = serializers.CharField(source="verdict.check.note")
    name = serializers.CharField(help_text="As signed.")
    credentials = serializers.CharField(help_text="As signed.")
    checked_at = serializers.DateTimeField(source="verdict.check.checked_at")
    version = serializers.IntegerField(
        source="verdict.check.review.version.number", help_text="The version on which it was given."
    )
    own = serializers.BooleanField(source="is_own", help_text="Whether it is the reviewer's own.")
    carried_at = serializers.DateTimeField(
        source="verdict.carried_at", allow_null=True, help_text="When it was carried over; null for one of this round."
    )
    lapse = serializers.ChoiceField(
        source="verdict.lapse",
        choices=[("", "it counts"), *Lapse.choices],
        help_text="Why it does not count any more, though it was carried over; empty when it does.",
    )
    context_then = serializers.SerializerMethodField(
        help_text="Where the context changed: the context in which the verdict was given; empty if it is not known."
    )
    blocking = serializers.BooleanField(source="verdict.blocks", help_text="Whether it stands against an approval.")
    ruling = serializers.SerializerMethodField(help_text="Why an editor lets the claim stand against it.")

    @extend_schema_field(ContextSerializer(many=True, allow_null=True))
    def get_context_then(self, voice: AttributedVerdict) -> list[dict[str, str]] | None:
        verdict = voice.verdict
        return verdict.check.claim.context_words if verdict.lapse == Lapse.CONTEXT_CHANGED else None

    @extend_schema_field(RulingSerializer(allow_null=True))
    def get_ruling(self, voice: AttributedVerdict) -> dict[str, Any] | None:
        ruling = voice.verdict.check.ruling
        return RulingSerializer(ruling).data if ruling else None


class CitedWorkSerializer(serializers.Serializer):
    """A work cited at the claim."""

    reference = serializers.CharField(source="work.key")
    number = serializers.IntegerField(help_text="In the text.")
    title = serializers.CharField(source="work.title")
    retraction = serializers.ChoiceField(
        source="work.retraction", choices=RetractionStatus.choices, help_text="As far as is known today."
    )
    state = serializers.ChoiceField(choices=ClaimState.choices)
    verdicts = VoiceSerializer(source="voices", many=True)


class ItemSerializer(serializers.Serializer):
    """One claim."""

    id = serializers.IntegerField(source="claim.pk")
    audience = serializers.CharField(source="claim.rendition.audience.code")
    position = serializers.IntegerField(source="claim.position")
    text = serializers.CharField(source="claim.text")
    state = serializers.ChoiceField(choices=ClaimState.choices, help_text="Of the work that is least settled.")
    changed_since_my_signature = serializers.BooleanField(
        source="has_changed", help_text="Its words or works are new since the reviewer's own last signature."
    )
    before = serializers.CharField(allow_null=True, help_text="Its text at that signature, if one can be told.")
    blocking = serializers.BooleanField(source="blocks")
    context_now = ContextSerializer(
        source="claim.context_words",
        many=True,
        help_text="Headings, header cells, lead-ins and sentences around it, from the outside in.",
    )
    works = CitedWorkSerializer(many=True)


class SummarySerializer(serializers.Serializer):
    """How many claims there are, by what is to be done about them."""

    claims = serializers.IntegerField()
    to_check = serializers.IntegerField()
    look_again = serializers.IntegerField(help_text="Claims whose context changed since they were checked.")
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
