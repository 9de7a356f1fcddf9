"""Reviews: what is reviewed, by whom, and what is signed."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.models import Claim, Reference, Rendition, Version
from articles.rendering import render, whole
from articles.serializers.offers import Addresses, AllowedActionSerializer, addressed
from articles.serializers.versions import CitationSerializer, RenditionSerializer
from editorial.http.serializers import CodeField, RecordIdField, StrictSerializer
from editorial.http.verbs import ReasonSerializer
from editorial.models import BoardMember, EditorialPolicy
from reviews.lifecycle import Act, Action, State
from reviews.models import Decision, Review, Signature
from reviews.models.signature import MEANING
from reviews.permissions import offers
from reviews.serializers.questions import AnswersField, SignedAnswerSerializer
from reviews.serializers.work import MAX_WORDS

ADDRESSES: Addresses = {
    Act.COMMENT: ("POST", "api-review-comments"),
    Act.CHECK_CLAIM: ("POST", "api-review-claim-checks"),
    Act.ANSWER: ("POST", "api-review-checklist"),
    Act.EXTEND: ("POST", "api-review-extend"),
    Act.REMIND: ("POST", "api-review-remind"),
    Act.REVOKE_LINKS: ("POST", "api-review-revoke-links"),
    Action.ACCEPT: ("POST", "api-review-accept"),
    Action.SIGN: ("POST", "api-review-sign"),
    Action.WITHDRAW_SIGNATURE: ("POST", "api-review-withdraw-signature"),
    Action.DECLINE: ("POST", "api-review-decline"),
    Action.RECUSE: ("POST", "api-review-recuse"),
    Action.CANCEL: ("POST", "api-review-cancel"),
}


class ExtensionSerializer(ReasonSerializer):
    """Until when, and why."""

    due_at = serializers.DateTimeField(help_text="Later than the date that holds now, and within a year.")


class ReviewedVersionSerializer(serializers.ModelSerializer):
    """Which version is reviewed."""

    article = serializers.CharField(source="article.slug")
    state = serializers.CharField()

    class Meta:
        model = Version
        fields = ["id", "article", "number", "state", "question", "digest"]
        read_only_fields = fields


class MemberSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="user")

    class Meta:
        model = BoardMember
        fields = ["id", "name", "credentials"]
        read_only_fields = fields


class ReviewRowSerializer(serializers.ModelSerializer):
    """A review without the text that is reviewed."""

    version = ReviewedVersionSerializer()
    member = MemberSerializer()
    state = serializers.ChoiceField(choices=State.choices)
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
            "allowed_actions",
        ]
        read_only_fields = fields

    @extend_schema_field(AllowedActionSerializer(many=True))
    def get_allowed_actions(self, review: Review) -> list[dict[str, Any]]:
        user = self.context["request"].user
        return addressed(offers(user, review), addresses=ADDRESSES, pk=review.pk)


class RenderedSerializer(RenditionSerializer):
    """A text as written, and as safe HTML."""

    html = serializers.SerializerMethodField()

    class Meta(RenditionSerializer.Meta):
        fields = [*RenditionSerializer.Meta.fields, "html"]
        read_only_fields = fields

    def get_html(self, rendition: Rendition) -> str:
        return whole(render(rendition.body, numbers=self.context["numbers"]))


class ClaimSerializer(serializers.ModelSerializer):
    audience = serializers.CharField(source="rendition.audience.code")
    references: Any = serializers.SlugRelatedField(slug_field="key", many=True, read_only=True)

    class Meta:
        model = Claim
        fields = ["id", "audience", "position", "text", "references"]
        read_only_fields = fields


class SignatureSerializer(serializers.ModelSerializer):
    """A signature as on the day of signing: it never changes, and can only be withdrawn."""

    decision = serializers.ChoiceField(choices=Decision.choices)
    policy = serializers.IntegerField(source="policy.number", help_text="Version of the policy in force.")
    checklist = SignedAnswerSerializer(many=True, help_text="The policy's questions with the answers, as signed.")
    withdrawn_at = serializers.DateTimeField(source="withdrawal.withdrawn_at", default=None, allow_null=True)
    withdrawn_because = serializers.CharField(source="withdrawal.reason", default=None, allow_null=True)

    class Meta:
        model = Signature
        fields = [
            "id",
            "review",
            "name",
            "credentials",
            "orcid",
            "specialties",
            "decision",
            "meaning",
            "statement",
            "checklist",
            "digest",
            "policy",
            "signed_at",
            "withdrawn_at",
            "withdrawn_because",
        ]
        read_only_fields = fields


class UnderReviewSerializer(ReviewedVersionSerializer):
    """The version under review, with all there is to judge."""

    renditions = serializers.SerializerMethodField()
    citations = serializers.SerializerMethodField()
    claims = serializers.SerializerMethodField()

    class Meta(ReviewedVersionSerializer.Meta):
        fields = [*ReviewedVersionSerializer.Meta.fields, "renditions", "citations", "claims"]
        read_only_fields = fields

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
    """A review with the text that is reviewed and what there is to sign."""

    version = UnderReviewSerializer()
    policy = serializers.SerializerMethodField()
    meanings = serializers.SerializerMethodField(help_text="What a signature would say, by decision.")
    signatures = serializers.SerializerMethodField(help_text="In this round, those that you may see.")

    class Meta(ReviewRowSerializer.Meta):
        fields = [*ReviewRowSerializer.Meta.fields, "policy", "meanings", "signatures"]
        read_only_fields = fields

    @extend_schema_field(PolicyInForceSerializer(allow_null=True))
    def get_policy(self, _review: Review) -> dict[str, Any] | None:
        policy = EditorialPolicy.objects.in_force(at=self.context["now"])
        return PolicyInForceSerializer(policy).data if policy else None

    @extend_schema_field(MeaningSerializer(many=True))
    def get_meanings(self, _review: Review) -> list[dict[str, str]]:
        return [{"decision": decision.value, "meaning": meaning} for decision, meaning in MEANING.items()]

    @extend_schema_field(SignatureSerializer(many=True))
    def get_signatures(self, review: Review) -> Any:
        seen = Signature.objects.visible_to(self.context["request"].user).filter(review__version=review.version_id)
        order = seen.select_related("policy", "withdrawal").order_by("signed_at", "pk")
        return SignatureSerializer(order, many=True).data


# --- what is sent ---------------------------------------------------------------------------------------------------


class InvitationSerializer(StrictSerializer):
    member = RecordIdField(source="member_id", help_text="Id of the board member.")
    message = serializers.CharField(max_length=MAX_WORDS, required=False, allow_blank=True)
    waiver = serializers.CharField(
        max_length=MAX_WORDS,
        required=False,
        allow_blank=True,
        help_text="Why a disclosed interest does not stand in the way; stays on record.",
    )


class SigningSerializer(StrictSerializer):
    decision = serializers.ChoiceField(choices=Decision.choices)
    digest = serializers.RegexField("^[0-9a-f]{64}$", help_text="Of the text that you read.")
    statement = serializers.CharField(
        max_length=MAX_WORDS, required=False, allow_blank=True, help_text="Your own words to editor and writers."
    )
    checklist = AnswersField(required=False)
    password = serializers.CharField(
        max_length=1000,
        trim_whitespace=False,
        write_only=True,
        help_text="Yours: token and password together say that it is you who signs.",
    )
    code = CodeField()
