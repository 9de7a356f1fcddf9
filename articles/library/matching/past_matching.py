"""Matches of past imports that title, first author, year or place contradict, for an editor to undo."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from articles.library.formats import registry
from articles.library.formats.records import Found
from articles.library.matching.doubtful_identifiers import with_readable_identifiers
from articles.library.matching.work_comparison import UNIQUE, Comparison, compare
from articles.models import ImportedRecord, LibraryImport
from articles.models.reference_imports import ImportResult
from editorial.record.canonical_json import JSONDict

BY_IDENTIFIER = tuple(f"By {name}" for name in UNIQUE)
"""How the reason of a match by an identifier begins in the report."""


@dataclass(frozen=True)
class PastMatch:
    """A record of a past import that was matched with a work, and the marks that differ."""

    row: ImportedRecord
    differing: Sequence[str]


def contradicted_matches(contents: Sequence[bytes] = ()) -> Iterator[PastMatch]:
    """Yield the contradicted matches of all imports, the oldest first.

    The files of imports are not kept. If one is among ``contents``, its records are compared as a whole; of the others
    only the titles in the report are known. Titles that are a key are not compared.
    """
    files = {hashlib.sha256(content).hexdigest(): content for content in contents}
    for job in LibraryImport.objects.filter(matched__gt=0).defer("content").order_by("pk"):
        items = _items(files.get(job.sha256), form=job.format)
        rows = job.report.filter(outcome=ImportResult.MATCHED).select_related("reference").order_by("position")
        for row in rows.iterator(chunk_size=1000):
            item = items.get(row.position) or {"title": row.label if " " in row.label else ""}
            comparison = compare(item, row.reference.csl if row.reference else {})
            if _is_contradicted(comparison, by_identifier=row.reason.startswith(BY_IDENTIFIER)):
                yield PastMatch(row, comparison.differing)


def _items(content: bytes | None, *, form: str) -> Mapping[int, JSONDict]:
    """Return the items of a file by their position from 1; none without the file."""
    found: Iterator[Found] = registry.records(content, form=form) if content else iter(())
    return {place: with_readable_identifiers(one.csl)[0] for place, one in enumerate(found, start=1) if one.csl}


def _is_contradicted(comparison: Comparison, *, by_identifier: bool) -> bool:
    if by_identifier:
        return not comparison.confirms_identifier
    return bool(comparison.differing) and not comparison.is_same_without_identifier
