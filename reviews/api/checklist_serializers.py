"""The policy's checklist in a review."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from editorial.http.serializers import StrictSerializer
from editorial.models.checklist import QuestionKind
from editorial.record.canonical_json import JSONDict
from reviews.signing.checklist import MAX_ANSWER

MAX_DIGITS = 18
"""Maximum number of digits of an id, so that PostgreSQL can hold it."""


class AnswersField(serializers.DictField):
    """Answers by the id of the question, as ``{"3": "yes"}``. An empty one deletes an answer."""

    child = serializers.CharField(max_length=MAX_ANSWER, allow_blank=True)

    def to_internal_value(self, data: Any) -> dict[int, str]:
        answers = super().to_internal_value(data)
        strange = [key for key in answers if not (key.isascii() and key.isdecimal() and len(key) <= MAX_DIGITS)]
        if strange:
            raise serializers.ValidationError({key: ["This is no id of a question."] for key in strange})
        return {int(key): answer for key, answer in answers.items()}


class AnsweringSerializer(StrictSerializer):
    checklist = AnswersField(help_text="Answers by the id of the question. An empty one deletes an answer.")


class EarlierSerializer(serializers.Serializer):
    """The reviewer's answer to the question in the wording of an earlier policy."""

    question = serializers.CharField(help_text="The question as it was worded then.")
    answer = serializers.CharField()


class AskedSerializer(serializers.Serializer):
    """A question of the policy in force, with the reviewer's answer."""

    id = serializers.IntegerField(source="question.pk")
    identity = serializers.UUIDField(
        source="question.identity", help_text="Identifies the question in every version of the policy that asks it."
    )
    text = serializers.CharField(source="question.text")
    kind = serializers.ChoiceField(source="question.kind", choices=QuestionKind.choices)
    required = serializers.BooleanField(source="question.is_required")  # type: ignore[assignment]
    answer = serializers.CharField(
        help_text="The answer; empty while there is none that you may see. An answer given under an earlier policy "
        "counts while the question has the same words."
    )
    earlier = EarlierSerializer(
        allow_null=True, help_text="The answer to an earlier wording of the question; null if there is none."
    )


class QuestionnaireSerializer(serializers.Serializer):
    """The questions that the policy in force asks before a signature."""

    policy = serializers.IntegerField(allow_null=True, help_text="Version of the policy; null while none is in force.")
    checklist = serializers.SerializerMethodField()

    @extend_schema_field(AskedSerializer(many=True))
    def get_checklist(self, shown: JSONDict) -> Any:
        return AskedSerializer(shown["checklist"], many=True).data


class SignedAnswerSerializer(serializers.Serializer):
    """A question and its answer, in the wording that was signed."""

    identity = serializers.UUIDField(
        default=None, allow_null=True, help_text="Identity of the question; null in old signatures."
    )
    question = serializers.CharField()
    kind = serializers.ChoiceField(choices=QuestionKind.choices)
    required = serializers.BooleanField()  # type: ignore[assignment]
    answer = serializers.CharField()
