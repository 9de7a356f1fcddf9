"""Stored rows for readers that were found to differ from the record, and how far the verification has come."""

from datetime import datetime
from typing import Self

from django.db import models

from articles.models.articles import Article


class DocumentFindingQuerySet(models.QuerySet["DocumentFinding"]):
    def since(self, moment: datetime) -> Self:
        """Return what was found since ``moment``, the newest first."""
        return self.filter(found_at__gte=moment).order_by("-found_at", "-pk")


class DocumentFinding(models.Model):
    """A stored row that differed from the record. It was marked as stale in the same transaction.

    From then on, readers got the article from the record, until a worker had rewritten the row.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="document_findings")
    stored_row = models.CharField(max_length=200, help_text="Which row, such as “document for patient”.")
    difference = models.CharField(max_length=300, help_text="What differs from the record.")
    written_at = models.DateTimeField(null=True, help_text="When the article's rows were last written, if it is known.")
    found_at = models.DateTimeField()

    objects = DocumentFindingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("found_at", name="findings_newest")]

    def __str__(self) -> str:
        return f"{self.article}: {self.stored_row}"


class DocumentWalk(models.Model):
    """The only row: how far the continuous verification of stored rows has come.

    The articles are verified in the order of their ids, again and again.
    """

    last_article = models.BigIntegerField(default=0, help_text="The last article that was verified.")
    verified = models.BigIntegerField(default=0, help_text="Verified articles in all rounds together.")
    completed_at = models.DateTimeField(null=True, help_text="When the latest round was completed.")

    def __str__(self) -> str:
        return f"verified {self.verified:,} times"
