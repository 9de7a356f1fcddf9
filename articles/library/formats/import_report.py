"""The report of an import: what became of each record."""

from collections.abc import Iterator

from articles.interchange.cells import csv_lines
from articles.models import ImportedRecord, LibraryImport

HEAD = ("position", "line", "record", "outcome", "key", "reason")


def rows(job: LibraryImport, *, outcome: str = "") -> Iterator[ImportedRecord]:
    """The lines of the report in the order of the file, those of one ``outcome`` if one is given."""
    lines = ImportedRecord.objects.filter(library_import=job).select_related("reference").order_by("position")
    return (lines.filter(outcome=outcome) if outcome else lines).iterator(chunk_size=1000)


def as_csv(job: LibraryImport) -> Iterator[str]:
    """The whole report as CSV, a line for each record below the names of the columns."""
    yield from csv_lines([HEAD])
    yield from csv_lines(
        (row.position, row.line or "", row.label, row.outcome, row.reference.key if row.reference else "", row.reason)
        for row in rows(job)
    )
