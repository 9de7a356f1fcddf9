"""Reviews: the text under review, the reviewer, and the signature."""

from typing import Any

from django.db.models import Prefetch
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.api.allowed_actions import Addresses, AllowedActionSerializer, addressed
from articles.api.versions_serializers import CitationSerializer, RenditionSerializer
from articles.models import Claim, Reference, Rendition, Version
from articles.text.rendering import join_sections, render
from editorial.http.serializers import CodeField, RecordIdField, StrictSerializer
from editorial.models import EditorialPolicy
from editorial.record.canonical_json import JSONDict
from reviews.allowed_actions import offers
from reviews.api.checklist_serializers import AnswersField
from reviews.api.signatures_serializers import MemberSerializer, SignatureSerializer
from reviews.lifecycle import OPEN, Act, Action, State
from reviews.models import Decision, Review, Signature
from reviews.models.comments_and_verdicts import MAX_WORDS
from reviews.models.signatures import MEANING
from reviews.permissions import WITHHELD, reads_text
from reviews.rounds.obstacles import cannot_sign, remarks

ADDRESSES: Addresses = {
    Act.COMMENT: ("POST", "api-review-comments"),
    Act.CHECK_CLAIM: ("POST", "api-review-claim-checks"),
    Act.ANSWER: ("POST", "api-review-checklist"),
    Act.CONFIRM: ("POST", "api-review-confirm-signature"),
    Act.EXTEND: ("POST", "api-review-extend"),
    Act.REMIND: ("POST", "api-review-remind"),
    Act.REVOKE_LINKS: ("POST", "api-review-revoke-links"),
    Act.HAND_OVER: ("POST", "api-review-hand-over"),
    Act.WAIVE: ("POST", "api-review-waive"),
    Action.ACCEPT: ("POST", "api-review-accept"),
    Action.SIGN: ("POST", "api-review-sign"),
    Action.WITHDRAW_SIGNATURE: ("POST", "api-review-withdraw-signature"),
    Action.DECLINE: ("POST", "api-review-decline"),
    Action.RECUSE: ("POST", "api-review-recuse"),
    Action.CANCEL: ("POST", "api-review-cancel"),
}


class ReviewedVersionSerializer(serializers.ModelSerializer):
    """The version under review."""

    article = serializers.CharField(source="article.slug")
    state = serializers.CharField()

    class Meta:
        model = Version
        fields = ["id", "article", "number", "state", "question", "digest"]
        read_only_fields = fields


class ReviewRowSerializer(serializers.ModelSerializer):
    """A review without the text under review."""

    version = ReviewedVersionSerializer()
    member = MemberSerializer()
    state = serializers.ChoiceField(choices=State.choices)
    cannot_sign = serializers.SerializerMethodField(
        help_text="Why the member of an open review cannot sign (term, licence, conflict); empty if they can."
    )
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields = [
            "id",
            "version",
            "member",
            "state",
            "state_changed_at",
            "state_reason",
            "message",
            "invited_at",
            "respond_by",
            "due_at",
            "accepted_at",
            "waiver",
            "handed_over",
            "cannot_sign",
            "allowed_actions",
        ]
        read_only_fields = fields

    def get_cannot_sign(self, review: Review) -> str:
        return cannot_sign(review, on=self.context["now"].date())

    @cached_property
    def _policy(self) -> EditorialPolicy | None:
        """The policy in force, once for all rows."""
        return EditorialPolicy.objects.newest(at=self.context["now"])

    @extend_schema_field(AllowedActionSerializer(many=True))
    def get_allowed_actions(self, review: Review) -> list[JSONDict]:
        user = self.context["request"].user
        offered = offers(user, review, now=self.context["now"], policy=self._policy)
        return addressed(offered, addresses=ADDRESSES, pk=review.pk)


class RenderedSerializer(RenditionSerializer):
    """The source of a text, and the text as safe HTML."""

    html = serializers.SerializerMethodField()

    class Meta(RenditionSerializer.Meta):
        fields = [*RenditionSerializer.Meta.fields, "html"]
        read_only_fields = fields

    def get_html(self, rendition: Rendition) -> str:
        return join_sections(render(rendition.body, numbers=self.context["numbers"]))


class ClaimSerializer(serializers.ModelSerializer):
    audience = serializers.CharField(source="rendition.audience.code")
    references: Any = serializers.SlugRelatedField(slug_field="key", many=True, read_only=True)

    class Meta:
        model = Claim
        fields = ["id", "audience", "position", "text", "references"]
        read_only_fields = fields


class UnderReviewSerializer(ReviewedVersionSerializer):
    """The version under review. Texts, citations and claims are withheld once you no longer take part in the round."""

    withheld = serializers.SerializerMethodField(
        help_text="Why texts, citations and claims are withheld and their lists empty; empty if they are not withheld."
    )
    renditions = serializers.SerializerMethodField()
    citations = serializers.SerializerMethodField()
    claims = serializers.SerializerMethodField()

    class Meta(ReviewedVersionSerializer.Meta):
        fields = [*ReviewedVersionSerializer.Meta.fields, "withheld", "renditions", "citations", "claims"]
        read_only_fields = fields

    def to_representation(self, version: Version) -> JSONDict:
        if reads_text(self.context["request"].user, version):
            return super().to_representation(version)
        return {**ReviewedVersionSerializer(version).data, **without_text()}

    def get_withheld(self, _version: Version) -> str:
        return ""

    @extend_schema_field(RenderedSerializer(many=True))
    def get_renditions(self, version: Version) -> Any:
        numbers = dict(version.citations.values_list("reference__key", "number"))
        texts = version.renditions.all().in_order()
        return RenderedSerializer(texts, many=True, context={"numbers": numbers}).data

    @extend_schema_field(CitationSerializer(many=True))
    def get_citations(self, version: Version) -> Any:
        return CitationSerializer(version.citations.select_related("reference").order_by("number"), many=True).data

    @extend_schema_field(ClaimSerializer(many=True))
    def get_claims(self, version: Version) -> Any:
        claims = Claim.objects.filter(rendition__version=version).select_related("rendition__audience")
        order = claims.order_by("-rendition__is_primary", "rendition__audience__position", "rendition", "position")
        works = Reference.objects.filter(citations__version=version).order_by("citations__number")
        return ClaimSerializer(order.prefetch_related(Prefetch("references", works)), many=True).data


def without_text() -> JSONDict:
    """Return the fields that replace a withheld text."""
    return {"withheld": WITHHELD, "renditions": [], "citations": [], "claims": []}


class MeaningSerializer(serializers.Serializer):
    """What a signature would say."""

    decision = serializers.ChoiceField(choices=Decision.choices)
    meaning = serializers.CharField()


class PolicyInForceSerializer(serializers.ModelSerializer):
    """The policy that a signature would be given under."""

    class Meta:
        model = EditorialPolicy
        fields = ["number", "title", "text"]
        read_only_fields = fields


class ReviewSerializer(ReviewRowSerializer):
    """A review with the text under review, and what a signature would say."""

    version = UnderReviewSerializer()
    policy = serializers.SerializerMethodField()
    meanings = serializers.SerializerMethodField(help_text="The text of a signature, by decision.")
    signatures = serializers.SerializerMethodField(help_text="Signatures of this round that you may see.")
    remarks = serializers.SerializerMethodField(
        help_text="Points to consider before accepting or signing: cited works that the member may have written, by "
        "name."
    )

    class Meta(ReviewRowSerializer.Meta):
        fields = [*ReviewRowSerializer.Meta.fields, "policy", "meanings", "signatures", "remarks"]
        read_only_fields = fields

    @extend_schema_field(PolicyInForceSerializer(allow_null=True))
    def get_policy(self, _review: Review) -> JSONDict | None:
        policy = EditorialPolicy.objects.in_force(at=self.context["now"])
        return PolicyInForceSerializer(policy).data if policy else None

    @extend_schema_field(MeaningSerializer(many=True))
    def get_meanings(self, _review: Review) -> list[dict[str, str]]:
        return [{"decision": decision.value, "meaning": meaning} for decision, meaning in MEANING.items()]

    def get_remarks(self, review: Review) -> list[str]:
        return remarks(review) if review.state in OPEN else []

    @extend_schema_field(SignatureSerializer(many=True))
    def get_signatures(self, review: Review) -> Any:
        seen = Signature.objects.visible_to(self.context["request"].user).filter(review__version=review.version_id)
        order = seen.with_confirmations().with_their_end().select_related("policy").order_by("signed_at", "pk")
        return SignatureSerializer(order, many=True, context=self.context).data


# --- what is sent ---------------------------------------------------------------------------------------------------


class InvitationSerializer(StrictSerializer):
    member = RecordIdField(source="member_id", help_text="Id of the board member.")
    message = serializers.CharField(max_length=MAX_WORDS, required=False, allow_blank=True)
    waiver = serializers.CharField(
        max_length=MAX_WORDS,
        required=False,
        allow_blank=True,
        help_text="Why the member may review despite a conflict of interest. Stays on record.",
    )


class ConfirmationSerializer(StrictSerializer):
    """The text to sign, and proof of who signs it."""

    digest = serializers.RegexField("^[0-9a-f]{64}$", help_text="Digest of the text that you read.")
    password = serializers.CharField(
        max_length=1000,
        trim_whitespace=False,
        write_only=True,
        help_text="Your password. It confirms, besides the token, that you are the signer.",
    )
    code = CodeField()


class SigningSerializer(ConfirmationSerializer):
    """A decision over that text."""

    decision = serializers.ChoiceField(choices=Decision.choices)
    statement = serializers.CharField(
        max_length=MAX_WORDS, required=False, allow_blank=True, help_text="Your statement to the editors and writers."
    )
    checklist = AnswersField(required=False)
