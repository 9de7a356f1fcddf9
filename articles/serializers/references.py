"""Works of the library."""

from typing import Any

from rest_framework import serializers

from articles import vancouver
from articles.models import Reference
from articles.models.reference import Kind
from editorial.http.serializers import StrictSerializer


class ReferenceSerializer(serializers.ModelSerializer):
    csl = serializers.DictField(help_text="The work as one CSL-JSON 1.0.2 item.")
    text = serializers.SerializerMethodField(help_text="The work in Vancouver style.")

    class Meta:
        model = Reference
        fields = ["key", "kind", "csl", "title", "year", "doi", "pmid", "retraction", "retraction_as_of", "text"]
        read_only_fields = fields

    def get_text(self, reference: Reference) -> str:
        return vancouver.reference(reference.csl)


class ReferenceInputSerializer(StrictSerializer):
    """A work as it is handed in. What an item must hold is judged with the content."""

    csl = serializers.DictField(help_text="One CSL-JSON 1.0.2 item; its `id` is the key to cite it by.")
    kind = serializers.ChoiceField(
        choices=Kind.choices, required=False, help_text="Told from the item when left out, or left as it is."
    )

    def work(self) -> dict[str, Any]:
        """The validated members as ``keep_reference`` takes them."""
        return dict(self.validated_data)
