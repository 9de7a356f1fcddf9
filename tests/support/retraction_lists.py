"""Shared helpers for tests of retractions: the public list as a file, with the records that a test needs."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

from articles import actions
from articles.library.formats.retraction_watch import RetractionWatchFile
from articles.models import Reference, RetractionList, RetractionRecord
from articles.models.retractions import Nature
from tests.support import factories
from tests.support.factories import NOW

HEADER = [
    *("Record ID", "Title", "Subject", "Institution", "Journal", "Publisher", "Country", "Author", "URLS"),
    *("ArticleType", "RetractionDate", "RetractionDOI", "RetractionPubMedID", "OriginalPaperDate", "OriginalPaperDOI"),
    *("OriginalPaperPubMedID", "RetractionNature", "Reason", "Paywalled", "Notes"),
]
DOI = "10.1385/criai:29:3:173"


def row(number: object = 1, **cells: str) -> dict[str, str]:
    """Return one record as it is published."""
    return {
        **dict.fromkeys(HEADER, ""),
        "Record ID": str(number),
        "Title": "A work, retracted",
        "RetractionDate": "1/15/2020 0:00",
        "RetractionDOI": "10.1000/notice",
        "RetractionPubMedID": "0",
        "OriginalPaperDOI": DOI,
        "OriginalPaperPubMedID": "0",
        "RetractionNature": "Retraction",
        "Reason": "+Error in Data;+Investigation by Journal/Publisher;",
        "Notes": "",
        **cells,
    }


def as_csv(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def write(folder: Path, *rows: dict[str, str], name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(as_csv(*rows))
    return path


def source(content: bytes) -> RetractionWatchFile:
    return RetractionWatchFile(io.BytesIO(content), path=Path("list.csv"))


def make_list(as_of: date = NOW.date(), sha256: str = "0" * 64) -> RetractionList:  # noqa: B008 - a day is a value
    editor = factories.make_user("edith", is_editor=True)
    return RetractionList.objects.create(sha256=sha256, as_of=as_of, imported_at=NOW, imported_by=editor, rows=1)


def make_record(number: int | None = 1, nature: str = Nature.RETRACTION, **fields: Any) -> RetractionRecord:
    named = {"doi": DOI} | fields
    return RetractionRecord.objects.create(record_id=number, nature=nature, **named)


def make_work(key: str = "orbach2005", **csl: Any) -> Reference:
    """Make a work that the list can name by its DOI."""
    return factories.make_reference(key, **({"DOI": DOI} | csl))


def make_superseded(key: str = "orbach2005", *, by: str = "newer2024") -> Reference:
    """Make a work that another one superseded."""
    editor = factories.make_user("edith", is_editor=True)
    old, new = factories.make_reference(key), factories.make_reference(by)
    return actions.supersede_work(
        reference_id=old.pk, superseded_by=new, by=editor, now=NOW, reason="The next edition."
    )
