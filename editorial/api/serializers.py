"""Serializers of the board, the policy, the audiences and the sender's own account."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from editorial.http.serializers import StrictModelSerializer
from editorial.models import (
    Audience,
    BoardMember,
    ChecklistQuestion,
    EditorialPolicy,
    MailChoice,
    PolicyRule,
    RiskTier,
    User,
)
from editorial.models.checklist import QuestionKind
from editorial.models.policy import MedicalAudienceType
from editorial.permissions import board_member, roles
from editorial.record.canonical_json import JSONDict
from editorial.roles import Role


class AudienceSerializer(serializers.ModelSerializer):
    medical_audience_type = serializers.ChoiceField(choices=MedicalAudienceType.choices, help_text="From schema.org.")
    falls_back_to = serializers.SerializerMethodField(
        help_text="Code of the fallback audience under the policy in force; null for the primary audience."
    )

    class Meta:
        model = Audience
        fields = ["code", "name", "medical_audience_type", "target_grade", "disclaimer", "falls_back_to"]
        read_only_fields = fields

    def get_falls_back_to(self, audience: Audience) -> str | None:
        fallbacks: dict[str, str] = self.context["fallbacks"]
        return fallbacks.get(audience.code)


class PublicMemberSerializer(serializers.ModelSerializer):
    """A member in office, as the public sees them."""

    name = serializers.CharField(source="user")
    orcid_authenticated = serializers.BooleanField(
        read_only=True, help_text="Whether the member logged in at ORCID with this iD. One that was typed is false."
    )
    photo = serializers.SerializerMethodField(help_text="URL of the portrait, a square JPEG; null without one.")

    class Meta:
        model = BoardMember
        fields = ["id", "name", "credentials", "specialties", "orcid", "orcid_authenticated", "bio", "photo"]
        read_only_fields = fields

    def get_photo(self, member: BoardMember) -> str | None:
        photo = getattr(member, "photo", None)
        return f"{settings.SITE_URL}{reverse('pages:portrait', args=[photo.sha256])}" if photo else None


class PolicyRuleSerializer(serializers.ModelSerializer):
    risk = serializers.ChoiceField(choices=RiskTier.choices)

    class Meta:
        model = PolicyRule
        fields = ["risk", "quorum", "required_specialties", "shelf_life_days"]
        read_only_fields = fields


class QuestionSerializer(serializers.ModelSerializer):
    """A question that every reviewer is asked before signing."""

    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    required = serializers.BooleanField(  # type: ignore[assignment]
        source="is_required", help_text="Whether an approval needs an answer."
    )

    class Meta:
        model = ChecklistQuestion
        fields = ["id", "identity", "text", "kind", "required"]
        read_only_fields = fields


class PolicySerializer(serializers.ModelSerializer):
    """A published policy with its rules, the lowest risk first."""

    rules = serializers.SerializerMethodField()
    checklist = serializers.SerializerMethodField()

    class Meta:
        model = EditorialPolicy
        fields = [
            "number",
            "title",
            "text",
            "caution",
            "in_force_from",
            "show_pending",
            "claim_checks",
            "preflight_refuses",
            "work_ages",
            "fallbacks",
            "days_to_respond",
            "days_to_review",
            "days_to_triage",
            "disclosures_last_days",
            "invites_by_itself",
            "absence_moves_dates",
            "approvals_below",
            "approvals_below_days",
            "rules",
            "checklist",
        ]
        read_only_fields = fields

    @extend_schema_field(PolicyRuleSerializer(many=True))
    def get_rules(self, policy: EditorialPolicy) -> Any:
        rules = [policy.rule(tier) for tier in RiskTier]
        return PolicyRuleSerializer(rules, many=True).data

    @extend_schema_field(QuestionSerializer(many=True))
    def get_checklist(self, policy: EditorialPolicy) -> Any:
        return QuestionSerializer(policy.questions.in_order(), many=True).data


class MeSerializer(serializers.ModelSerializer):
    """The sender's own account."""

    name = serializers.CharField(source="*")
    roles = serializers.SerializerMethodField()
    member = serializers.SerializerMethodField(help_text="Your record on the board.")

    class Meta:
        model = User
        fields = ["username", "name", "email", "roles", "member"]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=Role.choices)))
    def get_roles(self, user: User) -> list[str]:
        return [role.value for role in roles(user, on=self.context["today"])]

    @extend_schema_field(PublicMemberSerializer(allow_null=True))
    def get_member(self, user: User) -> JSONDict | None:
        member = board_member(user)
        return PublicMemberSerializer(member).data if member else None


class MailChoiceSerializer(StrictModelSerializer):
    """The sender's mail preferences for reminders."""

    class Meta:
        model = MailChoice
        fields = ["delivery", "hour", "quiet_weekdays", "time_zone"]
