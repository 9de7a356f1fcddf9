"""Reviews that were handed on because their reviewer left, and to whom."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from reviews.models.reviews import Review


class Departure(models.TextChoices):
    """How a reviewer left."""

    TERM_OVER = "term_over", "no longer in office"
    CLOSED = "closed", "account closed"
    MERGED = "merged", "account merged"


class HandedOn(models.Model):
    """An open review that ended because its reviewer left. Only ``notified_at`` changes, once.

    ``outcome`` says who was invited instead, or why nobody was, as it was at that time.
    """

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="handed_on")
    cause = models.CharField(max_length=20, choices=Departure)
    replacements = ArrayField(
        models.BigIntegerField(), default=list, help_text="Ids of the reviews for which members were invited instead."
    )
    needs_editor = models.BooleanField(help_text="Whether no member was available for a seat of the round.")
    outcome = models.TextField()
    handed_on_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True, help_text="When the mail to the editors was queued.")

    class Meta:
        indexes = [models.Index("review", name="handed_on_to_tell", condition=models.Q(notified_at=None))]

    def __str__(self) -> str:
        return f"{self.review}: {self.get_cause_display()}"
