"""Serializers of readers' questions and their answers, for the published schema."""

from typing import Any

from rest_framework import serializers

from articles.published.review import Status
from articles.reader.search_serializers import PassageSerializer, UnderstoodSerializer
from articles.reader.serializers import AudienceNameSerializer, ReaderMessageSerializer, ShownReferenceSerializer


class FollowUpSerializer(ReaderMessageSerializer):
    """A reader's question."""

    email = serializers.EmailField(
        required=False, allow_blank=True, default="", help_text="Only with `keep`: to tell what became of the question."
    )
    exact = serializers.BooleanField(
        required=False, help_text="Read no word as another one: the way back from `corrected`."
    )
    keep = serializers.BooleanField(required=False, help_text="“Not what I need”: into the editors' queue.")
    token = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="With `keep`: from the first answer."
    )
    website = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="A trap for machines. Leave it empty."
    )


class QuotedPassageSerializer(PassageSerializer):
    audience = AudienceNameSerializer()


class AnswerReferenceSerializer(ShownReferenceSerializer):
    anchors = None  # type: ignore[assignment]


class AnswerSerializer(serializers.Serializer[Any]):
    """A validly approved article, with the passages of it that answer the question."""

    slug = serializers.CharField()
    question = serializers.CharField()
    status = serializers.ChoiceField(choices=[Status.APPROVED.value])
    statement = serializers.CharField()
    last_reviewed = serializers.DateTimeField()
    next_review_due = serializers.DateTimeField()
    passages = QuotedPassageSerializer(many=True)
    references = AnswerReferenceSerializer(many=True, help_text="The works that the passages cite.")
    url = serializers.URLField()
    html = serializers.URLField()


class KeepSerializer(serializers.Serializer[Any]):
    """For “not what I need”: the same form again, with `keep` and this token."""

    token = serializers.CharField()
    after_seconds = serializers.IntegerField(help_text="Sooner it is refused.")
    email_purpose = serializers.CharField(help_text="What an address is kept for; say so beside the field.")
    email_kept_days = serializers.IntegerField(help_text="After these days at most it is erased.")


class AnsweredHereSerializer(UnderstoodSerializer):
    answered = serializers.BooleanField(help_text="Whether anything fits well enough.")
    statement = serializers.CharField()
    answers = AnswerSerializer(many=True, help_text="At most three, the best first.")
    keep = KeepSerializer()
