"""Read the public Retraction Watch data: one CSV file of records, as a stream.

The columns are those that Crossref publishes. Their order does not matter, and other columns are ignored. If a part of
a record cannot be read, the works that it names do not count as checked: their status is unknown.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from articles.library import identifiers
from articles.library.formats.file_faults import FileFault, Unreadable
from articles.models import RetractionRecord
from articles.models.retractions import Nature

COLUMNS = {
    "Record ID": "number",
    "Title": "title",
    "RetractionDate": "noticed",
    "RetractionDOI": "notice_doi",
    "RetractionPubMedID": "notice_pmid",
    "OriginalPaperDOI": "doi",
    "OriginalPaperPubMedID": "pmid",
    "RetractionNature": "nature",
    "Reason": "reasons",
}
"""The columns that are read, with their names in this module."""

NATURES = {
    "retraction": Nature.RETRACTION,
    "expression of concern": Nature.CONCERN,
    "correction": Nature.CORRECTION,
    "reinstatement": Nature.REINSTATEMENT,
}

MAX_RECORD = 1024 * 1024
"""Maximum number of bytes in a record. The longest published ones have a few thousand."""

MAX_TITLE = 1000
MAX_NUMBER = 2**31 - 1
MAX_DOI = 255
MAX_FOUND = 10_000
"""Maximum number of identifiers of each kind from an unreadable record. A stray quote can merge a thousand records."""

FIRST_YEAR = 1600  # before the first journals

DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
PMID = re.compile(r"(?:pmid:?\s*)?0*([1-9][0-9]{0,8})(?:\.0)?", re.IGNORECASE)
DOI_SOMEWHERE = re.compile(r"(?<![0-9.])(?=(10\.[0-9]{4,9}/[^\s\"]{1,255}))")
NUMBER_SOMEWHERE = re.compile(r"(?<![^,;\s\"])[1-9][0-9]{4,8}(?![^,;\s\"])")
DAY = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?: .*)?|(?P<iso>\d{4}-\d{2}-\d{2})(?:[ T].*)?")


class RetractionWatchFile:
    """An open file that can be read once. The counts are complete when ``records`` has ended."""

    def __init__(self, file: BinaryIO, *, path: Path) -> None:
        self._file, self._path = file, path
        self._line = self._since = self._width = 0
        self._raw: deque[str] = deque()
        self._seen: set[int] = set()
        self.read = self.unreadable = self.garbled = self.undated = 0

    def records(self) -> Iterator[RetractionRecord]:
        """Yield each record, unsaved. Records without ``record_id`` stand for identifiers in unreadable records.

        Raises Unreadable if this is not such a file, or if it has no readable record.
        """
        rows = csv.reader(self._lines(), strict=True)
        header = self._header(rows)
        while (cells := self._next(rows)) is not None:
            raw = self._taken()
            self.garbled += "\N{REPLACEMENT CHARACTER}" in raw
            if not "".join(cells).strip() and not raw.strip(' ,"\r\n'):
                continue
            yield from self._told(cells, raw, header)
        if not self.read:
            raise self._refusal("it holds no record that can be read")

    def _told(self, cells: list[str], raw: str, header: dict[str, int]) -> Iterator[RetractionRecord]:
        """Yield the record, or records for all identifiers that an unreadable one may contain."""
        record = self._record(cells, header)
        if record is None:
            self.unreadable += 1
            yield from unreadable(raw)
            return
        self.read += 1
        self.undated += record.notice_date is None
        yield record
        if record.doi is None:
            yield from unreadable(cells[header["doi"]])
        if record.pmid is None:
            yield from unreadable(cells[header["pmid"]])

    def _next(self, rows: Iterator[list[str]]) -> list[str] | None:
        """Return the cells of the next record, an empty list if it is not well-formed CSV, or None at the end."""
        try:
            return next(rows, None)
        except csv.Error:
            return []

    def _header(self, rows: Iterator[list[str]]) -> dict[str, int]:
        """Return the index of each column that is read."""
        names = self._next(rows)
        if names is None:
            raise self._refusal("it is empty")
        self._taken()
        places = {name.strip().casefold(): place for place, name in enumerate(names)}
        if missing := [name for name in COLUMNS if name.casefold() not in places]:
            raise self._refusal(f"it is not the Retraction Watch data: no column {', '.join(missing)}")
        self._width = max((place for place, name in enumerate(names) if name.strip()), default=0) + 1
        return {meaning: places[name.casefold()] for name, meaning in COLUMNS.items()}

    def _lines(self) -> Iterator[str]:
        """Yield the lines of the file as text. Bytes that are not UTF-8 become replacement characters.

        Raises Unreadable for a record that is too long, and for a NUL byte.
        """
        while line := self._file.readline(MAX_RECORD + 1):
            self._line += 1
            self._since += len(line)
            if self._since > MAX_RECORD:
                raise self._refusal(f"a record has more than {MAX_RECORD:,} bytes")
            if b"\0" in line:
                raise self._refusal("it holds a NUL byte, so it is no text in UTF-8")
            text = line.decode("utf-8-sig" if self._line == 1 else "utf-8", errors="replace")
            self._raw.append(text)
            yield text

    def _taken(self) -> str:
        """Return the text of the record that was just read."""
        raw = "".join(self._raw)
        self._raw.clear()
        self._since = 0
        return raw

    def _record(self, cells: list[str], header: dict[str, int]) -> RetractionRecord | None:
        """Return the record in ``cells``, or None if its meaning is not certain."""
        if len(cells) <= max(header.values()) or "".join(cells[self._width :]).strip():
            return None
        told = {name: " ".join(cells[place].split()) for name, place in header.items()}
        number, nature = told["number"], NATURES.get(told["nature"].casefold())
        if not re.fullmatch("[0-9]{1,10}", number) or int(number) > MAX_NUMBER or nature is None:
            return None
        if int(number) in self._seen:
            return None
        self._seen.add(int(number))
        return RetractionRecord(
            record_id=int(number),
            nature=nature,
            doi=doi_of(told["doi"]),
            pmid=pmid_of(told["pmid"]),
            title=told["title"][:MAX_TITLE],
            notice_doi=doi_of(told["notice_doi"]) or "",
            notice_pmid=pmid_of(told["notice_pmid"]) or "",
            notice_date=day_of(told["noticed"]),
            reasons=[reason for part in told["reasons"].split(";") if (reason := part.strip().lstrip("+").strip())],
        )

    def _refusal(self, detail: str) -> Unreadable:
        return Unreadable(FileFault(str(self._path), self._line, "", detail))


def unreadable(raw: str) -> Iterator[RetractionRecord]:
    """Yield a record for each DOI, and each number that may be a PMID, in the text of an unreadable record.

    A comma may end the cell of a DOI or be a part of the DOI, so both readings are used.
    """
    dois = (doi for match in DOI_SOMEWHERE.finditer(raw) for doi in _until_each_comma(match[1]))
    for doi in set(islice(dois, MAX_FOUND)):
        yield RetractionRecord(nature=Nature.UNREADABLE, doi=doi)
    for pmid in {match[0] for match in islice(NUMBER_SOMEWHERE.finditer(raw), MAX_FOUND)}:
        yield RetractionRecord(nature=Nature.UNREADABLE, pmid=pmid)


def _until_each_comma(text: str) -> Iterator[str]:
    parts = text.split(",")
    for end in range(1, min(len(parts), 4) + 1):
        if doi := doi_of(",".join(parts[:end])):
            yield doi


def doi_of(text: str) -> str | None:
    """Return the DOI as the library writes it, also one of a SICI; or None for other text, such as “unavailable”.

    A DOI with characters that the library does not take is returned in lower case without its prefix.
    """
    try:
        return identifiers.doi(text)
    except ValueError:
        found = DOI.fullmatch(text.strip())
        return found[1].lower() if found and len(found[1]) <= MAX_DOI else None


def pmid_of(text: str) -> str | None:
    """Return the PubMed identifier, or None for other text, such as “0”."""
    found = PMID.fullmatch(text.strip())
    return found[1] if found else None


def day_of(text: str) -> date | None:
    """Return the day from 1/15/2020 0:00 (month first) or 2020-01-15, or None if it cannot be read."""
    found = DAY.fullmatch(text.strip())
    try:
        if not found:
            return None
        if found["iso"]:
            day = date.fromisoformat(found["iso"])
        else:
            day = datetime(int(found["year"]), int(found["month"]), int(found["day"])).date()  # noqa: DTZ001 - a day
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR else None
