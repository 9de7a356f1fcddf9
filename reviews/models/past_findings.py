"""Past findings: approvals from before the upgrade that the current rules would not have allowed."""

from django.db import models

from articles.models import Version


class FindingKind(models.TextChoices):
    """Why the approval would not be given under the current rules."""

    OBJECTION = "objection", "an objection was never ended"
    SIGNATURES = "signatures", "fewer signatures than the round was opened under"
    INTEREST = "interest", "a signer had an interest without a waiver"
    RECUSAL = "recusal", "a signer had stepped back from the article before"


class PastFinding(models.Model):
    """Written once, by the migration that introduced the rules. It changes no approval; an editor decides."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="past_findings")
    kind = models.CharField(max_length=20, choices=FindingKind)
    words = models.TextField(help_text="What was found.")
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("version", "kind", name="found_once")]

    def __str__(self) -> str:
        return f"{self.version}: {self.get_kind_display()}"
