"""The imported list of retractions: every record of it, whether the library has the work or not."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from articles.models.markup import plain_text
from editorial.models import User


class Nature(models.TextChoices):
    """What happened to the work, with the names of the Retraction Watch data.

    ``unreadable`` is our own value: the list has a record about the work that could not be read.
    """

    RETRACTION = "retraction", "retraction"
    CONCERN = "expression_of_concern", "expression of concern"
    CORRECTION = "correction", "correction"
    REINSTATEMENT = "reinstatement", "reinstatement"
    UNREADABLE = "unreadable", "unreadable"


class RetractionList(models.Model):
    """One imported file. The retraction status of every work is known as of its day."""

    sha256 = models.CharField(max_length=64, unique=True)
    as_of = models.DateField(help_text="The day on which the file was published.")
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField(help_text="Records that were read.")
    unreadable = models.PositiveIntegerField(default=0, help_text="Records that could not be read, and were left out.")

    def __str__(self) -> str:
        return f"retractions as of {self.as_of}"


class RetractionRecord(models.Model):
    """One record of the list. Works are matched by DOI and by PMID.

    An unreadable record has no number, and one row for each identifier found in it. Unreadable rows of the newest list
    replace earlier ones.
    """

    record_id = models.PositiveIntegerField(
        unique=True, null=True, help_text="In the Retraction Watch data; empty for what could not be read."
    )
    nature = models.CharField(max_length=30, choices=Nature)
    doi = models.CharField("DOI", max_length=255, null=True, db_index=True, help_text="Of the work, in lower case.")
    pmid = models.CharField("PMID", max_length=9, null=True, db_index=True, help_text="Of the work.")
    title = models.TextField(blank=True)
    notice_doi = models.CharField(max_length=255, blank=True, help_text="Of the notice.")
    notice_pmid = models.CharField(max_length=9, blank=True, help_text="Of the notice.")
    notice_date = models.DateField(null=True, help_text="Empty when it is not known or could not be read.")
    reasons = ArrayField(models.TextField(), default=list)

    def __str__(self) -> str:
        return f"{self.get_nature_display()}: {plain_text(self.title)}"
