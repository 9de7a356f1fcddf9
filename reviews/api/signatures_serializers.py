"""Signatures and recusals."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.api.allowed_actions import AllowedActionSerializer, addressed
from articles.permissions import Offer
from editorial.models import BoardMember
from editorial.record.canonical_json import JSONDict
from reviews.api.checklist_serializers import SignedAnswerSerializer
from reviews.models import Decision, Recusal, Signature
from reviews.permissions import cannot_set_aside, may_withdraw_recusal
from reviews.verbs.recusals import WITHDRAW_RECUSAL
from reviews.verbs.signatures import SET_ASIDE


class MemberSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="user")

    class Meta:
        model = BoardMember
        fields = ["id", "name", "credentials"]
        read_only_fields = fields


class SignatureSerializer(serializers.ModelSerializer):
    """A signature as on the day of signing: it never changes, and can only be withdrawn or set aside."""

    decision = serializers.ChoiceField(choices=Decision.choices)
    policy = serializers.IntegerField(source="policy.number", help_text="Version of the policy in force.")
    checklist = SignedAnswerSerializer(many=True, help_text="The policy's questions with the answers, as signed.")
    to_confirm = serializers.BooleanField(
        help_text="Whether the requirements were lowered since. The signature then does not count until its signer "
        "confirms it."
    )
    withdrawn_at = serializers.DateTimeField(source="withdrawal.withdrawn_at", default=None, allow_null=True)
    withdrawn_because = serializers.CharField(source="withdrawal.reason", default=None, allow_null=True)
    set_aside_at = serializers.DateTimeField(source="set_aside.set_aside_at", default=None, allow_null=True)
    set_aside_by = serializers.CharField(source="set_aside.set_aside_by", default=None, allow_null=True)
    set_aside_because = serializers.CharField(source="set_aside.reason", default=None, allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Signature
        fields = [
            "id",
            "review",
            "name",
            "credentials",
            "orcid",
            "orcid_authenticated",
            "specialties",
            "decision",
            "meaning",
            "statement",
            "checklist",
            "digest",
            "policy",
            "signed_at",
            "identified_by",
            "to_confirm",
            "withdrawn_at",
            "withdrawn_because",
            "set_aside_at",
            "set_aside_by",
            "set_aside_because",
            "allowed_actions",
        ]
        read_only_fields = fields

    @extend_schema_field(AllowedActionSerializer(many=True))
    def get_allowed_actions(self, signature: Signature) -> list[JSONDict]:
        reason = cannot_set_aside(self.context["request"].user, signature)
        offer = Offer(SET_ASIDE.name, SET_ASIDE.label, allowed=not reason, reason=reason)
        return addressed([offer], addresses={SET_ASIDE.name: ("POST", "api-signature-set-aside")}, pk=signature.pk)


class NamedSerializer(serializers.Serializer):
    """A record with its name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class RecusalSerializer(serializers.ModelSerializer):
    """A member's declaration that they may not judge an article, or articles about a product or of a company."""

    member = MemberSerializer()
    article = serializers.CharField(source="article.slug")
    product = NamedSerializer(allow_null=True)
    company = NamedSerializer(allow_null=True)
    withdrawn_by = serializers.CharField(allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    class Meta:
        model = Recusal
        fields = [
            "id",
            "member",
            "review",
            "article",
            "product",
            "company",
            "reason",
            "declared_at",
            "withdrawn_at",
            "withdrawn_by",
            "withdrawn_because",
            "allowed_actions",
        ]
        read_only_fields = fields

    @extend_schema_field(AllowedActionSerializer(many=True))
    def get_allowed_actions(self, recusal: Recusal) -> list[JSONDict]:
        allowed = may_withdraw_recusal(self.context["request"].user, recusal)
        reason = "" if allowed else "Only the member and editors withdraw a recusal."
        reason = "The recusal was withdrawn already." if recusal.withdrawn_at else reason
        offer = Offer(WITHDRAW_RECUSAL.name, WITHDRAW_RECUSAL.label, allowed=not reason, reason=reason)
        return addressed([offer], addresses={WITHDRAW_RECUSAL.name: ("POST", "api-recusal-withdraw")}, pk=recusal.pk)
