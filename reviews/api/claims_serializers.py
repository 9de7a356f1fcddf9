"""The claims of a version for a reviewer."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.models.references import RetractionStatus
from articles.text.claims import ContextKind
from editorial.models.policy import ClaimCheckRule
from editorial.record.canonical_json import JSONDict
from reviews.api.comments_and_verdicts_serializers import RulingSerializer
from reviews.desk.claims import ClaimState
from reviews.desk.verdicts import AttributedVerdict, Lapse
from reviews.models import Verdict


class ContextSerializer(serializers.Serializer):
    """One part of a claim's context, on which its meaning depends besides its own words."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in ContextKind])
    words = serializers.CharField(
        help_text="At most 300 characters of this part. For a table cell, also at most 300 characters of its header."
    )


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
        help_text="Why a carried-over verdict no longer counts; empty if it counts.",
    )
    context_then = serializers.SerializerMethodField(
        help_text="If the context changed: the context in which the verdict was given. Empty if it is not known."
    )
    blocking = serializers.BooleanField(source="verdict.blocks", help_text="Whether it blocks an approval.")
    ruling = serializers.SerializerMethodField(
        help_text="The ruling or withdrawal after which it no longer blocks; null if there is none."
    )

    @extend_schema_field(ContextSerializer(many=True, allow_null=True))
    def get_context_then(self, voice: AttributedVerdict) -> list[dict[str, str]] | None:
        verdict = voice.verdict
        return verdict.check.claim.context_words if verdict.lapse == Lapse.CONTEXT_CHANGED else None

    @extend_schema_field(RulingSerializer(allow_null=True))
    def get_ruling(self, voice: AttributedVerdict) -> JSONDict | None:
        ruling = voice.verdict.check.ruling
        return RulingSerializer(ruling).data if ruling else None


class CitedWorkSerializer(serializers.Serializer):
    """A work cited at the claim."""

    reference = serializers.CharField(source="work.key")
    number = serializers.IntegerField(help_text="Number of the citation in the text.")
    title = serializers.CharField(source="work.plain_title")
    retraction = serializers.ChoiceField(
        source="work.retraction", choices=RetractionStatus.choices, help_text="The current retraction status."
    )
    state = serializers.ChoiceField(choices=ClaimState.choices)
    verdicts = VoiceSerializer(source="voices", many=True)


class ItemSerializer(serializers.Serializer):
    """One claim."""

    id = serializers.IntegerField(source="claim.pk")
    audience = serializers.CharField(source="claim.rendition.audience.code")
    position = serializers.IntegerField(source="claim.position")
    text = serializers.CharField(source="claim.text")
    state = serializers.ChoiceField(
        choices=ClaimState.choices, help_text="State of the least settled work of the claim."
    )
    changed_since_my_signature = serializers.BooleanField(
        source="has_changed",
        help_text="Whether its words or works are new or changed since the reviewer's own last signature.",
    )
    before = serializers.CharField(allow_null=True, help_text="Its text at that signature, if it can be identified.")
    blocking = serializers.BooleanField(source="blocks")
    context_now = ContextSerializer(
        source="claim.context_words",
        many=True,
        help_text="Headings, header cells, lead-ins and neighbouring sentences, the outermost first.",
    )
    works = CitedWorkSerializer(many=True)


class SummarySerializer(serializers.Serializer):
    """Numbers of claims by what has to be done with them."""

    claims = serializers.IntegerField()
    to_check = serializers.IntegerField()
    look_again = serializers.IntegerField(help_text="Number of claims whose context changed since the check.")
    checked = serializers.IntegerField()
    carried = serializers.IntegerField()
    blocking = serializers.IntegerField()
    changed = serializers.IntegerField()


class ChecklistSerializer(serializers.Serializer):
    """Every claim, those that changed for the reviewer first, and where to begin."""

    rule = serializers.ChoiceField(
        choices=ClaimCheckRule.choices, help_text="Which members' verdicts the policy requires."
    )
    signed_version = serializers.IntegerField(
        source="since.number",
        default=None,
        allow_null=True,
        help_text="Number of the version that the reviewer signed last.",
    )
    summary = SummarySerializer()
    claims = ItemSerializer(source="items", many=True)
