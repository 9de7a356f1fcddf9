"""Measure the import of the public list of retractions."""

import csv
import hashlib
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from django.db import transaction
from django.utils import timezone

from articles import actions
from articles.library.formats.retraction_watch import RetractionWatchFile
from editorial.models import User
from reviews.actions import follow_retractions

RECORDS = 60_000
"""About the number of records of the list in 2025."""

HEADER = [
    *("Record ID", "Title", "Subject", "Institution", "Journal", "Publisher", "Country", "Author", "URLS"),
    *("ArticleType", "RetractionDate", "RetractionDOI", "RetractionPubMedID", "OriginalPaperDate", "OriginalPaperDOI"),
    *("OriginalPaperPubMedID", "RetractionNature", "Reason", "Paywalled", "Notes"),
]

MEGABYTE = 1024 * 1024
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes of one ru_maxrss, see getrusage(2)


def measure(*, scale: float) -> Iterator[str]:
    """Import a list of the size of the public one, times ``scale``, then the same list with one changed record."""
    count = max(int(RECORDS * scale), 2)
    with TemporaryDirectory() as folder, transaction.atomic():
        path = Path(folder, "list.csv")
        for name, changed in (("a new list", 0), ("the next one, with a changed record", 1)):
            _write(path, count, changed)
            yield f"Retractions, {name}: {_import(path)}"
        begun = perf_counter()
        follow_retractions(by=User.objects.system(), now=timezone.now())
        yield f"Retractions, looking the library up: {perf_counter() - begun:.1f} s"
        transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT / MEGABYTE
    yield f"Retractions, most memory that the process ever had: {peak:.0f} MB"


def _import(path: Path) -> str:
    begun, now = perf_counter(), timezone.now()
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        opened.seek(0)
        source, system = RetractionWatchFile(opened, path=path), User.objects.system()
        actions.keep_retractions(source=source, sha256=digest, as_of=now.date(), by=system, now=now)
    took = perf_counter() - begun
    size = path.stat().st_size / MEGABYTE
    return f"{source.read:,} records, {size:.0f} MB, in {took:.1f} s, {source.read / took:,.0f} records/s"


def _write(path: Path, count: int, changed: int) -> None:
    """Write records of the length of real ones, about 900 bytes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(1, count + 1):
            title = f"Record {number}, on the effect of one thing on another in a cohort of patients"
            happened = "Correction" if number <= changed else "Retraction"
            writer.writerow(
                [
                    *(number, title, "(HSC) Medicine - Immunology;", "Department of Medicine, University; " * 8),
                    *("Journal of Examples", "Publisher", "Germany", "A. Author;B. Author;" * 6),
                    *("https://example.org/a-longer-address/of-a-post-about-it/" * 3, "Research Article;"),
                    *(f"{number % 12 + 1}/15/2020 0:00", f"10.1000/notice.{number}", "0", "9/24/2018 0:00"),
                    *(f"10.1000/work.{number}", 20_000_000 + number, happened),
                    "+Concerns/Issues About Data;+Investigation by Journal/Publisher;+Unreliable Results;",
                    *("No", ""),
                ]
            )
