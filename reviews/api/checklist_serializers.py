"""The policy's checklist in a review."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from editorial.http.serializers import StrictSerializer
from editorial.models.policy import QuestionKind
from reviews.questionnaire import MAX_ANSWER

MAX_DIGITS = 18
"""Of an id: every number of so many digits is one that PostgreSQL can hold."""


class AnswersField(serializers.DictField):
    """Answers by the id of the question, as ``{"3": "yes"}``; an empty one takes an answer back."""

    child = serializers.CharField(max_length=MAX_ANSWER, allow_blank=True)

    def to_internal_value(self, data: Any) -> dict[int, str]:
        answers = super().to_internal_value(data)
        strange = [key for key in answers if not (key.isascii() and key.isdecimal() and len(key) <= MAX_DIGITS)]
        if strange:
            raise serializers.ValidationError({key: ["This is no id of a question."] for key in strange})
        return {int(key): answer for key, answer in answers.items()}


class AnsweringSerializer(StrictSerializer):
    checklist = AnswersField(help_text="Answers by the id of the question; an empty one takes an answer back.")


class AskedSerializer(serializers.Serializer):
    """A question of the policy in force with the reviewer's answer."""

    id = serializers.IntegerField(source="question.pk")
    text = serializers.CharField(source="question.text")
    kind = serializers.ChoiceField(source="question.kind", choices=QuestionKind.choices)
    required = serializers.BooleanField(source="question.is_required")  # type: ignore[assignment]
    answer = serializers.CharField(help_text="Empty while there is none, or none that you may see.")


class QuestionnaireSerializer(serializers.Serializer):
    """What the policy in force asks before a signature."""

    policy = serializers.IntegerField(allow_null=True, help_text="Its version; null while none is in force.")
    checklist = serializers.SerializerMethodField()

    @extend_schema_field(AskedSerializer(many=True))
    def get_checklist(self, shown: dict[str, Any]) -> Any:
        return AskedSerializer(shown["checklist"], many=True).data


class SignedAnswerSerializer(serializers.Serializer):
    """A question and its answer, in the words that were signed."""

    question = serializers.CharField()
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    required = serializers.BooleanField()  # type: ignore[assignment]
    answer = serializers.CharField()
