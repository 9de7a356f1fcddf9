"""Serializers of API tokens and sessions."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from editorial.accounts.devices import device_name
from editorial.http.serializers import CodeField, StrictSerializer
from editorial.models import AccountSession, ApiToken, Scope
from editorial.models.api_tokens import all_scopes


class LoginSerializer(StrictSerializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False, write_only=True)
    code = CodeField()
    name = serializers.CharField(
        max_length=100,
        required=False,
        default="",
        allow_blank=True,
        help_text="What you recognise the token by; by default its date.",
    )
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices),
        allow_empty=False,
        max_length=len(Scope),
        required=False,
        default=all_scopes,
        help_text="What the token can do; by default everything that you may.",
    )
    lifetime_hours = serializers.IntegerField(
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text="For how long the token is valid; by default, and at most, as long as this site allows.",
    )

    def token(self) -> dict[str, Any]:
        """Return how the token is to be, as the action takes it."""
        hours = self.validated_data.get("lifetime_hours")
        lifetime = None if hours is None else timedelta(hours=hours)
        return {"name": self.validated_data["name"], "scopes": self.validated_data["scopes"], "lifetime": lifetime}


class ApiTokenSerializer(serializers.ModelSerializer):
    """A token as its owner sees it."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), read_only=True)
    created_at = serializers.DateTimeField(source="created", read_only=True)
    expires_at = serializers.DateTimeField(source="expiry", read_only=True, allow_null=True)

    class Meta:
        model = ApiToken
        fields = ["id", "name", "scopes", "created_at", "last_used_at", "expires_at"]
        read_only_fields = fields


class NewTokenSerializer(ApiTokenSerializer):
    """A new token, with its secret."""

    token = serializers.CharField(help_text="Send it as `Authorization: Token …`. It is shown this once.")

    class Meta(ApiTokenSerializer.Meta):
        fields = ["token", *ApiTokenSerializer.Meta.fields]
        read_only_fields = fields


class AccountSessionSerializer(serializers.ModelSerializer):
    """A session as its owner sees it."""

    device = serializers.SerializerMethodField(help_text="Browser and device, as the browser names them.")
    current = serializers.SerializerMethodField(help_text="Whether this request belongs to the session.")

    class Meta:
        model = AccountSession
        fields = ["id", "device", "address", "begun_at", "last_seen_at", "current"]
        read_only_fields = fields

    def get_device(self, session: AccountSession) -> str:
        return device_name(session.user_agent)

    def get_current(self, session: AccountSession) -> bool:
        request = self.context["request"]
        return request.auth is None and session.session_key == request.session.session_key
