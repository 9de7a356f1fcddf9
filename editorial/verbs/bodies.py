"""The request bodies that several verbs share in the REST API."""

from rest_framework import serializers

from editorial.http.serializers import StrictSerializer

MAX_REASON = 2000  # characters; a longer reason is a document, and belongs elsewhere


class NothingSerializer(StrictSerializer):
    """An empty object, or no body at all."""


class ReasonSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=MAX_REASON, help_text="Stored in the record.")


class OptionalReasonSerializer(StrictSerializer):
    reason = serializers.CharField(
        max_length=MAX_REASON, required=False, allow_blank=True, help_text="Stored in the record."
    )
