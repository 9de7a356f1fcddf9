"""Comments, and verdicts on claims."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.models import Reference
from editorial.http.serializers import RecordIdField, StrictSerializer
from editorial.record.canonical_json import JSONDict
from reviews.models import ClaimCheck, Comment, Ruling, Verdict
from reviews.models.comments_and_verdicts import MAX_WORDS


class NewCommentSerializer(StrictSerializer):
    """A comment on a claim, on a quoted passage, on another comment, or on the version as a whole."""

    text = serializers.CharField(max_length=MAX_WORDS)
    claim = RecordIdField(required=False, allow_null=True, default=None)
    quote = serializers.CharField(max_length=MAX_WORDS, required=False, allow_blank=True, default="")
    parent = RecordIdField(required=False, allow_null=True, default=None)  # type: ignore[assignment]
    proposal = serializers.CharField(
        max_length=MAX_WORDS,
        required=False,
        allow_blank=True,
        default="",
        help_text="New wording to replace the claim or passage.",
    )
    blocking = serializers.BooleanField(
        default=False, help_text="Whether it prevents an approval until it is resolved."
    )


class VerdictSerializer(StrictSerializer):
    claim = RecordIdField(source="claim_id")
    reference = serializers.SlugRelatedField(slug_field="key", queryset=Reference.objects.all(), help_text="Its key.")
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    locator = serializers.CharField(max_length=200, required=False, allow_blank=True)
    quote = serializers.CharField(
        max_length=MAX_WORDS,
        required=False,
        allow_blank=True,
        help_text="The words of the work on which the verdict is based.",
    )
    note = serializers.CharField(max_length=MAX_WORDS, required=False, allow_blank=True)


# --- what is shown --------------------------------------------------------------------------------------------------


class CommentSerializer(serializers.ModelSerializer):
    author = serializers.CharField()
    blocking = serializers.BooleanField(source="is_blocking")
    resolved_by = serializers.CharField(allow_null=True)
    taken_over_by = serializers.CharField(allow_null=True, help_text="The writer who adopted the proposed wording.")

    class Meta:
        model = Comment
        fields = [
            "id",
            "review",
            "parent",
            "claim",
            "quote",
            "author",
            "text",
            "proposal",
            "blocking",
            "created_at",
            "resolved_at",
            "resolved_by",
            "resolution",
            "resolution_reason",
            "taken_over_at",
            "taken_over_by",
        ]
        read_only_fields = fields


class RulingSerializer(serializers.ModelSerializer):
    """Why a negative verdict no longer blocks: an editor ruled on it, or its reviewer withdrew it."""

    ruled_by = serializers.CharField()

    class Meta:
        model = Ruling
        fields = ["kind", "reason", "ruled_by", "ruled_at"]
        read_only_fields = fields


class ClaimCheckSerializer(serializers.ModelSerializer):
    reference = serializers.CharField(source="reference.key")
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    ruling = serializers.SerializerMethodField()

    class Meta:
        model = ClaimCheck
        fields = ["id", "review", "claim", "reference", "verdict", "locator", "quote", "note", "checked_at", "ruling"]
        read_only_fields = fields

    @extend_schema_field(RulingSerializer(allow_null=True))
    def get_ruling(self, check: ClaimCheck) -> JSONDict | None:
        return RulingSerializer(check.ruling).data if check.ruling else None
