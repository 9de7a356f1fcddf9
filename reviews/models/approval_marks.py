"""Approval marks: which approvals no longer satisfy the rules, and what followed for each."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from articles.models import Version
from editorial.models import EditorialPolicy, RiskTier
from editorial.models.policy import ApprovalsBelow


class ApprovalMark(models.Model):
    """What an approval lacks under a policy and risk tier, and what the policy says is done about it. Never changed."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="marks")
    policy = models.ForeignKey(EditorialPolicy, on_delete=models.PROTECT, related_name="+")
    risk = models.CharField("risk tier", max_length=10, choices=RiskTier)
    missing = ArrayField(models.TextField(), help_text="What is missing, as text.")
    treatment = models.CharField(max_length=10, choices=ApprovalsBelow)
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("version", "policy", "risk", name="marked_once")]

    def __str__(self) -> str:
        return f"{self.version}: {self.words}"

    @property
    def words(self) -> str:
        """What the approval lacks, as text."""
        return "; ".join(self.missing)
