"""Serializers that refuse unknown fields instead of ignoring them."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

UNKNOWN = serializers.ErrorDetail("Unknown field.", code="unknown_field")
READ_ONLY = serializers.ErrorDetail("This field cannot be set.", code="read_only")


class StrictMixin:
    """Refuses request fields that the serializer does not accept; the REST framework would ignore them.

    An unknown or read-only field is reported together with the other errors. This applies to the object of this
    serializer: a nested object is strict if its own serializer is.
    """

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated values; raise ValidationError with invalid and refused fields together."""
        refused = self._refused_fields(data) if isinstance(data, Mapping) else {}
        try:
            values = super().to_internal_value(data)  # type: ignore[misc]
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**refused, **error.detail}) from error  # type: ignore[dict-item]
        if refused:
            raise serializers.ValidationError(refused)
        return values

    def _refused_fields(self, data: Mapping[str, Any]) -> dict[str, list[serializers.ErrorDetail]]:
        fields: Mapping[str, serializers.Field] = self.fields  # type: ignore[attr-defined]
        accepted = {
            name
            for name, field in fields.items()
            if not field.read_only and not isinstance(field, serializers.HiddenField)
        }
        return {name: [READ_ONLY if name in fields else UNKNOWN] for name in data if name not in accepted}


class StrictSerializer(StrictMixin, serializers.Serializer):
    """A request body. Unknown fields are refused."""


class StrictModelSerializer(StrictMixin, serializers.ModelSerializer):
    """A model serializer that refuses unknown fields."""


class RecordIdField(serializers.IntegerField):
    """The id of a record: a positive bigint."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **options)


class CodeField(serializers.CharField):
    """The code of the sender's second factor."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = (
            "Code of your second factor, if you have set one up. Each works once; a refused request uses it up, too."
        )
        super().__init__(
            max_length=100, required=False, allow_blank=True, write_only=True, help_text=help_text, **kwargs
        )
