"""Measure the import of works into the library, in each format."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from time import perf_counter
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles import actions
from articles.library.formats.registry import WRITERS
from articles.models import ImportedRecord, LibraryImport
from articles.models.reference_imports import ImportFormat, ImportResult
from editorial.models import User

RECORDS = 10_000
BROKEN = 20
"""In the file with broken records, one of so many is broken."""

BREAKS: Mapping[str, Callable[[str], str]] = {
    ImportFormat.CSL_JSON: lambda text: text.replace('"volume": ', '"volume" '),
    ImportFormat.BIBTEX: lambda text: text.replace("},\n  volume", ",\n  volume"),
    ImportFormat.RIS: lambda text: text.replace("ER  - \n", ""),
    ImportFormat.NBIB: lambda text: text[: text.index("SO  -")] + "\n",
}
"""How a record of each format is broken: a missing colon or brace, no end, or cut off."""


def measure(*, scale: float) -> Iterator[str]:
    """Import the works of a large file, times ``scale``, then the same file again, then one with broken records."""
    count = max(int(RECORDS * scale), BROKEN)
    for form in ImportFormat:
        with transaction.atomic():
            writer = User.objects.create(username="bench-writer", is_writer=True)
            content, _ = file_of(form, [_item(number) for number in range(count)])
            for time in ("first", "second"):
                _, told = _import(form, content, by=writer)
                yield f"Library, {form.label}, {time} import: {told}"
            content, lines = file_of(form, [_item(count + number) for number in range(count)], every=BROKEN)
            job, told = _import(form, content, by=writer)
            yield f"Library, {form.label}, every {BROKEN}th broken: {told}, {_named(job, lines)}"
            transaction.set_rollback(True)


def file_of(form: str, items: Sequence[dict[str, Any]], *, every: int = 0) -> tuple[bytes, list[int]]:
    """Return a file of ``items``, of which each ``every``-th is broken, and the first lines of the broken ones."""
    broken = [bool(every) and place % every == every - 1 for place in range(len(items))]
    parts = [_part(form, item, is_broken=is_broken) for item, is_broken in zip(items, broken, strict=True)]
    if form == ImportFormat.CSL_JSON:
        parts = ["[\n", *(f"{part},\n" for part in parts[:-1]), f"{parts[-1]}\n", "]\n"]
        broken = [False, *broken, False]
    begins = accumulate((part.count("\n") for part in parts), initial=1)
    return "".join(parts).encode(), [line for line, is_broken in zip(begins, broken, strict=False) if is_broken]


def _part(form: str, item: dict[str, Any], *, is_broken: bool) -> str:
    text = json.dumps(item, ensure_ascii=False) if form == ImportFormat.CSL_JSON else "".join(WRITERS[form]([item]))
    return BREAKS[form](text) if is_broken else text


def _named(job: LibraryImport, lines: Sequence[int]) -> str:
    refused = ImportedRecord.objects.filter(library_import=job, outcome=ImportResult.REFUSED)
    right = set(lines) & set(refused.values_list("line", flat=True))
    return f"{len(right):,} of {len(lines):,} broken ones named by their line"


def _import(form: str, content: bytes, *, by: User) -> tuple[LibraryImport, str]:
    begun, now = perf_counter(), timezone.now()
    job: LibraryImport = actions.request_import(form=form, content=content, by=by, now=now, in_foreground=True)
    job = actions.work_through(import_id=job.pk, by=by, now=now)
    took = perf_counter() - begun
    counts = f"{job.created:,} created, {job.matched:,} matched, {job.refused:,} refused"
    return job, f"{job.records:,} records, {counts}, in {took:.1f} s, {job.records / took:,.0f} records/s"


def _item(number: int) -> dict[str, Any]:
    """Return a work like those of PubMed, with an abstract of 1,000 characters."""
    return {
        "id": f"bench-{number}",
        "type": "article-journal",
        "title": f"Intravenous immunoglobulin in condition {number}: a randomised trial",
        "author": [{"family": f"Author{number % 700}", "given": "John A."}, {"family": "Müller", "given": "J"}] * 3,
        "container-title": "The Journal of Clinical Immunology",
        "issued": {"date-parts": [[1990 + number % 30, number % 12 + 1]]},
        "volume": str(number % 90),
        "page": f"{number + 100}-{number + 109}",
        "DOI": f"10.1000/bench.{number}",
        "PMID": str(90_000_000 + number),
        "abstract": "Back pain is common after infusion; 120 patients were observed. " * 16,
    }
