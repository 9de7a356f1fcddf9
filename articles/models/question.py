"""What readers send us: follow-up questions, and reports that something is wrong, with what editors found of them."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models

from articles.models.article import Article
from articles.models.claim import Claim
from articles.models.version import Version
from editorial.models import EditorialPolicy, User
from editorial.permissions import Somebody, reads_the_record

MAX_MESSAGE = 2000
"""Characters that a reader may send."""


class ReaderMessage(models.Model):
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="%(class)ss")
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="+", help_text="The version that the reader was shown."
    )
    text = models.TextField()
    email = models.EmailField(blank=True, help_text="Only to answer; optional.")
    received_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text


class Question(ReaderMessage):
    """A reader's follow-up question."""


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: Somebody) -> Self:
        """Editors and administrators see every report, nobody else any."""
        return self if reads_the_record(user) else self.none()

    def open(self) -> Self:
        """Those that no editor has decided yet."""
        return self.filter(triage=None)


class Report(ReaderMessage):
    """A reader's report of a problem."""

    claim = models.ForeignKey(
        Claim,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The statement that the reader means, if they chose one.",
    )

    objects = ReportQuerySet.as_manager()

    @property
    def subject(self) -> str:
        """How ledger and notices name this report."""
        return f"report:{self.pk}"

    def decide_by(self, policy: EditorialPolicy) -> datetime:
        """Until when ``policy`` wants an editor's decision."""
        return self.received_at + timedelta(days=policy.days_to_triage)

    @property
    def decision(self) -> "Triage | None":
        """What an editor decided, if one did; ask for reports with ``select_related("triage")``."""
        return getattr(self, "triage", None)


class Triage(models.Model):
    """What an editor decided about a report. Written once."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "upheld"
        DECLINED = "declined", "declined"

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="triage")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField(help_text="For the record of the house.")
    public_words = models.TextField(blank=True, help_text="What readers are told beside the outcome.")
    triaged_at = models.DateTimeField()
    triaged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "triages"

    def __str__(self) -> str:
        return f"Report {self.report_id}, {self.get_outcome_display()}"
