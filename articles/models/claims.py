"""Claims: what a text states, and on which works each statement stands."""

from django.db import models

from articles.models.reference import Reference
from articles.models.version import Rendition


class Claim(models.Model):
    """One cited statement of a rendition, in reading order; written when the version is frozen."""

    rendition = models.ForeignKey(Rendition, on_delete=models.PROTECT, related_name="claims")
    position = models.PositiveIntegerField()
    text = models.TextField()
    fingerprint = models.CharField(
        max_length=64, db_index=True, help_text="SHA-256 of the normalised text and the works cited at it."
    )
    references = models.ManyToManyField(Reference, related_name="claims")

    class Meta:
        constraints = [models.UniqueConstraint("rendition", "position", name="claim_position_once")]

    def __str__(self) -> str:
        return self.text
