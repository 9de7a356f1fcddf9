"""Serializers of works and of imported files."""

from typing import Any

from rest_framework import serializers

from articles.library import vancouver
from articles.library.formats.registry import MAX_FILE
from articles.models import ImportedRecord, LibraryImport, Reference
from articles.models.reference_imports import ImportFormat, ImportResult, ImportState
from articles.models.references import WorkKind
from editorial.http.serializers import StrictSerializer
from editorial.record.canonical_json import JSONDict
from editorial.verbs.bodies import MAX_REASON


class ReferenceSerializer(serializers.ModelSerializer):
    csl = serializers.DictField(help_text="The work as one CSL-JSON 1.0.2 item.")
    text = serializers.SerializerMethodField(help_text="The work in Vancouver style.")
    merged_into = serializers.CharField(
        source="merged_into.key",
        default=None,
        allow_null=True,
        help_text="The key of the record that replaced this one after a merge. Cite that key.",
    )
    superseded_by = serializers.CharField(
        source="superseded_by.key",
        default=None,
        allow_null=True,
        help_text="The key of the work that supersedes this one.",
    )

    title = serializers.CharField(source="plain_title", help_text="Plain text; `csl` has it with its markup.")

    class Meta:
        model = Reference
        fields = [
            *("key", "kind", "csl", "title", "year", "doi", "pmid", "pmcid", "isbn", "nct"),
            *("retraction", "retraction_as_of", "merged_into", "superseded_by", "text"),
        ]
        read_only_fields = fields

    def get_text(self, reference: Reference) -> str:
        return vancouver.reference(reference.csl)


class ReferenceInputSerializer(StrictSerializer):
    """A work to add or correct. The content of the item is checked when it is saved."""

    csl = serializers.DictField(help_text="One CSL-JSON 1.0.2 item; its `id` is the key to cite it by.")
    kind = serializers.ChoiceField(
        choices=WorkKind.choices,
        required=False,
        help_text="By default, a new work's kind is derived from the item, and an existing work keeps its kind.",
    )

    def work(self) -> JSONDict:
        """Return the validated fields as ``keep_reference`` takes them."""
        return dict(self.validated_data)


class MergeSerializer(StrictSerializer):
    """The record that stands for the work after the merge."""

    into = serializers.SlugRelatedField(
        slug_field="key", queryset=Reference.objects.all(), help_text="The key of the record that remains."
    )
    reason = serializers.CharField(
        max_length=MAX_REASON, required=False, allow_blank=True, default="", help_text="Stored in the record."
    )


class AlikeSerializer(serializers.Serializer[Any]):
    """Records that may be one work, with what speaks for and against it. They are never merged by themselves."""

    title = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    keys = serializers.ListField(child=serializers.CharField())
    speaks_for = serializers.ListField(child=serializers.CharField(), help_text="What agrees, such as `first author`.")
    speaks_against = serializers.ListField(child=serializers.CharField(), help_text="What differs, such as `DOI`.")
    relation = serializers.ChoiceField(
        choices=["", "preprint"], help_text="`preprint` for a preprint and its paper, which are two works."
    )


class DuplicatesSerializer(serializers.Serializer[Any]):
    results = AlikeSerializer(many=True)


class ImportInputSerializer(StrictSerializer):
    """A file of works, as text."""

    format = serializers.ChoiceField(choices=ImportFormat.choices)
    content = serializers.CharField(
        max_length=MAX_FILE, trim_whitespace=False, help_text="The file, at most 20 MiB in UTF-8."
    )
    file_name = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class ImportSerializer(serializers.ModelSerializer):
    """An import, its progress, and the outcomes of its records so far."""

    progress = serializers.ChoiceField(choices=ImportState.choices)
    requested_by = serializers.CharField()
    report = serializers.HyperlinkedIdentityField(
        view_name="api-reference-import-report",
        lookup_url_kwarg="import_id",
        help_text="URL of the outcome of each record.",
    )

    class Meta:
        model = LibraryImport
        fields = [
            *("id", "format", "file_name", "sha256", "progress", "requested_by", "requested_at", "finished_at"),
            *("failure", "encoding", "records", "created", "matched", "refused", "remarked", "report"),
        ]
        read_only_fields = fields


class ImportedRecordSerializer(serializers.ModelSerializer):
    outcome = serializers.ChoiceField(choices=ImportResult.choices)
    key = serializers.CharField(
        source="reference.key", default=None, allow_null=True, help_text="Key of the work that was created or matched."
    )
    remarks = serializers.ListField(
        child=serializers.CharField(), help_text="What was left out of the record or changed in it, in sentences."
    )

    class Meta:
        model = ImportedRecord
        fields = ["position", "line", "label", "outcome", "key", "reason", "remarks"]
        read_only_fields = fields
