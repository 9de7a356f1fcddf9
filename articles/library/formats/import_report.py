"""The report of an import, with the outcome of each record."""

from collections.abc import Iterator

from django.db.models import QuerySet

from articles.library.formats.csv_export import csv_lines
from articles.models import ImportedRecord, LibraryImport

HEAD = ("position", "line", "record", "outcome", "key", "reason", "remarks")


REMARKED = "remarked"
"""Selects the records with remarks, beside the outcomes."""


def selected(lines: QuerySet[ImportedRecord], outcome: str) -> QuerySet[ImportedRecord]:
    """Return the rows with one outcome, or with remarks if ``outcome`` is ``REMARKED``; all if it is empty."""
    if outcome == REMARKED:
        return lines.exclude(remarks=[])
    return lines.filter(outcome=outcome) if outcome else lines


def rows(job: LibraryImport, *, outcome: str = "") -> Iterator[ImportedRecord]:
    """Return the rows of the report in the order of the file; only those that ``outcome`` selects if it is given."""
    lines = ImportedRecord.objects.filter(library_import=job).select_related("reference").order_by("position")
    return selected(lines, outcome).iterator(chunk_size=1000)


def as_csv(job: LibraryImport) -> Iterator[str]:
    """Yield the whole report as CSV: the column names, then a line for each record."""
    yield from csv_lines([HEAD])
    yield from csv_lines(
        (
            *(row.position, row.line or "", row.label, row.outcome),
            *(row.reference.key if row.reference else "", row.reason, " ".join(row.remarks)),
        )
        for row in rows(job)
    )
