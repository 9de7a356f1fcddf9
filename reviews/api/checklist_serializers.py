"""The policy's checklist in a review."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from editorial.http.serializers import StrictSerializer
from editorial.models.checklist import QuestionKind
from reviews.signing.checklist import MAX_ANSWER

MAX_DIGITS = 18
"""Maximum number of digits of an id, so that PostgreSQL can hold it."""


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


class EarlierSerializer(serializers.Serializer):
    """What the reviewer answered to the question as an earlier policy put it."""

    question = serializers.CharField(help_text="In the words of then.")
    answer = serializers.CharField()


class AskedSerializer(serializers.Serializer):
    """A question of the policy in force with the reviewer's answer."""

    id = serializers.IntegerField(source="question.pk")
    identity = serializers.UUIDField(
        source="question.identity", help_text="The same in every version of the policy that asks this."
    )
    text = serializers.CharField(source="question.text")
    kind = serializers.ChoiceField(source="question.kind", choices=QuestionKind.choices)
    required = serializers.BooleanField(source="question.is_required")  # type: ignore[assignment]
    answer = serializers.CharField(
        help_text="Empty while there is none, or none that you may see. One given under an earlier policy counts while "
        "the question has the same words."
    )
    earlier = EarlierSerializer(
        allow_null=True, help_text="The answer given when the question had other words; null if there is none."
    )


class QuestionnaireSerializer(serializers.Serializer):
    """What the policy in force asks before a signature."""

    policy = serializers.IntegerField(allow_null=True, help_text="Its version; null while none is in force.")
    checklist = serializers.SerializerMethodField()

    @extend_schema_field(AskedSerializer(many=True))
    def get_checklist(self, shown: dict[str, Any]) -> Any:
        return AskedSerializer(shown["checklist"], many=True).data


class SignedAnswerSerializer(serializers.Serializer):
    """A question and its answer, in the words that were signed."""

    identity = serializers.UUIDField(
        default=None, allow_null=True, help_text="Of the question; null in signatures from before it had one."
    )
    question = serializers.CharField()
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    required = serializers.BooleanField()  # type: ignore[assignment]
    answer = serializers.CharField()
