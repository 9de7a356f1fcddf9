"""Changes between two versions, for the reviewer of the later one."""

from rest_framework import serializers

from articles.models import Version
from editorial.record.canonical_json import JSONDict


class WordsSerializer(serializers.Serializer):
    """A run of words in one of the two texts."""

    text = serializers.CharField()
    changed = serializers.BooleanField(help_text="Whether the other side does not have it.")
    quantity = serializers.BooleanField(
        source="is_quantity", help_text="Whether it is a changed number or unit. Each has a run of its own."
    )


class RowSerializer(serializers.Serializer):
    """One line in the source of both texts. The side without such a line is null."""

    before = WordsSerializer(many=True, allow_null=True)
    after = WordsSerializer(many=True, allow_null=True)
    changed = serializers.BooleanField()
    skipped = serializers.IntegerField(help_text="Number of unchanged lines omitted here; 0 for a line that is shown.")
    move = serializers.IntegerField(
        help_text="Above 0, the line moved. The two rows with the same number show its old and new places."
    )


class ChangedPartSerializer(serializers.Serializer):
    """A part of the version that changed."""

    title = serializers.CharField(help_text="“Question”, or “Summary” or “Text” and the audience.")
    rows = RowSerializer(many=True)
    left_out = serializers.IntegerField(help_text="Number of rows omitted after the first 2,000.")


class ComparedVersionSerializer(serializers.ModelSerializer):
    """A version to compare with."""

    state = serializers.CharField()

    class Meta:
        model = Version
        fields = ["id", "number", "state"]
        read_only_fields = fields


class ChangesSerializer(serializers.Serializer):
    """The version under review beside another one of the same article."""

    version = serializers.IntegerField(help_text="Number of the version under review.")
    signed_version = serializers.IntegerField(
        allow_null=True, help_text="Number of the version that the reviewer signed last."
    )
    others = ComparedVersionSerializer(many=True, help_text="All versions that you may compare it with.")
    changes = serializers.IntegerField(help_text="Number of changes in question, summaries and texts.")
    changes_in_numbers = serializers.IntegerField(help_text="How many of them affect a number or unit.")
    parts = ChangedPartSerializer(many=True)
    works_added = serializers.ListField(child=serializers.CharField())
    works_removed = serializers.ListField(child=serializers.CharField())

    def get_fields(self) -> JSONDict:
        """Add the field ``with``, which is a keyword of Python."""
        compared = ComparedVersionSerializer(
            source="other", allow_null=True, help_text="The version compared with; null when there is none."
        )
        fields = super().get_fields()
        return {"version": fields.pop("version"), "with": compared, **fields}
