"""Claims: the cited statements of a text, and the works that each one cites."""

from django.db import models

from articles.models.references import Reference
from articles.models.versions import Rendition


class Claim(models.Model):
    """One cited statement of a rendition, in reading order. Written when the version is frozen."""

    rendition = models.ForeignKey(Rendition, on_delete=models.PROTECT, related_name="claims")
    position = models.PositiveIntegerField()
    text = models.TextField()
    fingerprint = models.CharField(
        max_length=64, db_index=True, help_text="SHA-256 of the normalised text and the works cited at it."
    )
    words = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the normalised text alone.")
    context = models.CharField(max_length=64, null=True, help_text="SHA-256 of its context; null if unknown.")
    context_words = models.JSONField(
        default=list, help_text="The context in readable form: kind and words of each part."
    )
    references = models.ManyToManyField(Reference, related_name="claims")

    class Meta:
        constraints = [models.UniqueConstraint("rendition", "position", name="claim_position_once")]

    def __str__(self) -> str:
        return self.text

    def is_in_context_of(self, other: "Claim") -> bool:
        """Return whether both claims have the same context. An unknown context equals no other."""
        return self.context is not None and self.context == other.context
