"""The report of an import, with the outcome of each record."""

from collections.abc import Iterator

from articles.library.formats.csv_export import csv_lines
from articles.models import ImportedRecord, LibraryImport

HEAD = ("position", "line", "record", "outcome", "key", "reason")


def rows(job: LibraryImport, *, outcome: str = "") -> Iterator[ImportedRecord]:
    """Return the rows of the report in the order of the file; only those of one ``outcome`` if it is given."""
    lines = ImportedRecord.objects.filter(library_import=job).select_related("reference").order_by("position")
    return (lines.filter(outcome=outcome) if outcome else lines).iterator(chunk_size=1000)


def as_csv(job: LibraryImport) -> Iterator[str]:
    """Yield the whole report as CSV: the column names, then a line for each record."""
    yield from csv_lines([HEAD])
    yield from csv_lines(
        (row.position, row.line or "", row.label, row.outcome, row.reference.key if row.reference else "", row.reason)
        for row in rows(job)
    )
