"""Serializers of readers' questions and their answers, for the published schema."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from articles.published.review import ReviewStep
from articles.reader.search_serializers import PassageSerializer, UnderstoodSerializer
from articles.reader.serializers import AudienceNameSerializer, ReaderMessageSerializer, ShownReferenceSerializer


class FollowUpSerializer(ReaderMessageSerializer):
    """A reader's question."""

    email = serializers.EmailField(
        required=False, allow_blank=True, default="", help_text="Only with `keep`: where to send the answer."
    )
    exact = serializers.BooleanField(required=False, help_text="Search for the words as typed, without corrections.")
    keep = serializers.BooleanField(required=False, help_text="Send the question to the editors: “Not what I need”.")
    token = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="With `keep`: the token of the first response."
    )
    website = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="A honeypot against bots. Leave it empty."
    )


class QuotedPassageSerializer(PassageSerializer):
    audience = AudienceNameSerializer()


class AnswerReferenceSerializer(ShownReferenceSerializer):
    anchors = None  # type: ignore[assignment]


@extend_schema_serializer(component_name="Answer")
class FoundAnswerSerializer(serializers.Serializer[Any]):
    """A validly approved article, with the passages of it that answer the question."""

    slug = serializers.CharField()
    question = serializers.CharField()
    status = serializers.ChoiceField(choices=[ReviewStep.APPROVED.value])
    statement = serializers.CharField()
    last_reviewed = serializers.DateTimeField()
    next_review_due = serializers.DateTimeField()
    passages = QuotedPassageSerializer(many=True)
    references = AnswerReferenceSerializer(many=True, help_text="The works that the passages cite.")
    url = serializers.URLField()
    html = serializers.URLField()


class KeepSerializer(serializers.Serializer[Any]):
    """For “not what I need”: send the same form again, with `keep` and this token."""

    token = serializers.CharField()
    after_seconds = serializers.IntegerField(help_text="The token is accepted after this many seconds.")
    email_purpose = serializers.CharField(help_text="Why an address is stored. Show this next to the field.")
    email_kept_days = serializers.IntegerField(help_text="The address is erased after at most this many days.")


class AnsweredHereSerializer(UnderstoodSerializer):
    answered = serializers.BooleanField(help_text="Whether an answer matches well enough.")
    statement = serializers.CharField()
    answers = FoundAnswerSerializer(many=True, help_text="At most three, the best first.")
    keep = KeepSerializer()
