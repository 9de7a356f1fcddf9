"""Imports of works into the library: the file, its progress, and one line of the report per record."""

from django.db import models

from articles.models.references import Reference
from editorial.models import User


class ImportFormat(models.TextChoices):
    CSL_JSON = "csl-json", "CSL-JSON"
    BIBTEX = "bibtex", "BibTeX"
    RIS = "ris", "RIS"
    NBIB = "nbib", "PubMed (NBIB)"


class ImportState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ImportResult(models.TextChoices):
    CREATED = "created"
    MATCHED = "matched"
    REFUSED = "refused"


class LibraryImport(models.Model):
    """One imported file. Its content is stored until the import has finished."""

    format = models.CharField(max_length=10, choices=ImportFormat)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, help_text="Of the file.")
    content = models.BinaryField(null=True, editable=False)
    progress = models.CharField("state", max_length=10, choices=ImportState, default=ImportState.QUEUED)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True, help_text="Why the file as a whole could not be read.")
    records = models.PositiveIntegerField(default=0, help_text="Number of records read from the file so far.")
    encoding = models.CharField(
        max_length=80, blank=True, help_text="The encoding that was read, and how it was found."
    )
    created = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    remarked = models.PositiveIntegerField(default=0, help_text="Number of records that were taken with remarks.")

    def __str__(self) -> str:
        return f"{self.file_name or self.get_format_display()}, {self.requested_at:%Y-%m-%d %H:%M}"


class ImportedRecord(models.Model):
    """The result of one record of the file."""

    library_import = models.ForeignKey(LibraryImport, on_delete=models.CASCADE, related_name="report")
    position = models.PositiveIntegerField(help_text="Its place in the file, from 1.")
    line = models.PositiveIntegerField(default=0, help_text="Where it begins, from 1; 0 if unknown.")
    label = models.CharField(max_length=300, blank=True, help_text="Its key, or its title.")
    outcome = models.CharField(max_length=10, choices=ImportResult)
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True, help_text="Why it was refused, or how it was matched.")
    remarks = models.JSONField(
        default=list, help_text="What was left out of the record or changed in it, in sentences."
    )

    class Meta:
        constraints = [models.UniqueConstraint("library_import", "position", name="record_reported_once")]

    def __str__(self) -> str:
        return f"{self.position}: {self.outcome}"

    @property
    def said(self) -> list[str]:
        """The reason, then the remarks."""
        return list(filter(None, [self.reason, *self.remarks]))
