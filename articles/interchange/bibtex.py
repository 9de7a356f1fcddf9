"""BibTeX to CSL-JSON 1.0.2: two tables, names, dates and cross-references. Fields in neither table are left out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bibtexparser
from bibtexparser.middlewares.names import (
    InvalidNameError,
    NameParts,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock
from pylatexenc.latex2text import LatexNodes2Text

from articles.interchange.faults import FileFault, Unreadable

TYPES: Mapping[str, str] = {
    "article": "article-journal",
    "book": "book",
    "booklet": "pamphlet",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "conference": "paper-conference",
    "proceedings": "book",
    "manual": "report",
    "mastersthesis": "thesis",
    "phdthesis": "thesis",
    "thesis": "thesis",
    "report": "report",
    "techreport": "report",
    "online": "webpage",
    "electronic": "webpage",
    "www": "webpage",
    "dataset": "dataset",
    "software": "software",
    "unpublished": "manuscript",
}
"""Entry types; any other is a ``document``."""

TEXTS: Mapping[str, str] = {
    "title": "title",
    "journal": "container-title",
    "journaltitle": "container-title",
    "booktitle": "container-title",
    "shortjournal": "container-title-short",
    "shorttitle": "title-short",
    "series": "collection-title",
    "volume": "volume",
    "number": "issue",
    "issue": "issue",
    "edition": "edition",
    "publisher": "publisher",
    "institution": "publisher",
    "school": "publisher",
    "organization": "publisher",
    "address": "publisher-place",
    "location": "publisher-place",
    "language": "language",
    "note": "note",
}
"""Fields whose LaTeX is decoded; the first that fills a CSL variable wins."""

VERBATIM: Mapping[str, str] = {
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "url": "URL",
    "isbn": "ISBN",
    "issn": "ISSN",
}
"""Identifiers, taken as they stand."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
KIND = re.compile(r"\bkind:(\w+)")
DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
DOI_ADDRESS = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", re.IGNORECASE)
BARE_PERCENT = re.compile(r"(?<!\\)%")
TO_TEXT = LatexNodes2Text(math_mode="text")


@dataclass(frozen=True)
class Raw:
    """An entry as it stands in the file, names of fields in lower case."""

    key: str
    type: str
    fields: Mapping[str, str]
    line: int


def read_bibtex(text: str, *, path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Every entry of ``text`` as a CSL-JSON item with its line.

    Raises Unreadable with each entry that cannot be parsed, is there twice or refers to itself.
    """
    library = bibtexparser.parse_string(text)
    faults = [_failed(block, path=path) for block in library.failed_blocks]
    raws = {entry.key: _raw(entry) for entry in library.entries}
    items = []
    for raw in raws.values():
        try:
            items.append((raw.line, csl(raw, inherited(raw, raws))))
        except ValueError as error:
            faults.append(FileFault(str(path), raw.line, raw.key, str(error)))
    if faults:
        raise Unreadable(*sorted(faults, key=lambda fault: fault.line))
    return items


def _failed(block: ParsingFailedBlock, *, path: Path) -> FileFault:
    line = (block.start_line or 0) + 1
    if isinstance(block, DuplicateBlockKeyBlock):
        return FileFault(str(path), line, block.key, "there are two entries with this key")
    if isinstance(block, DuplicateFieldKeyBlock):
        names = ", ".join(sorted(block.duplicate_keys))
        return FileFault(str(path), line, "references", f"an entry has a field twice: {names}")
    return FileFault(str(path), line, "references", "is not BibTeX: the entry that begins here is not closed or broken")


def _raw(entry: Entry) -> Raw:
    fields = {field.key.lower(): str(field.value) for field in entry.fields}
    return Raw(entry.key, entry.entry_type.lower(), fields, (entry.start_line or 0) + 1)


def inherited(raw: Raw, raws: Mapping[str, Raw]) -> dict[str, str]:
    """The fields of ``raw`` and those it lacks from the entries it refers to by ``crossref``.

    The title of a book is the container of its chapters. Raises ValueError for a circle or an unknown entry.
    """
    fields, seen, current = dict(raw.fields), {raw.key}, raw
    while parent_key := current.fields.get("crossref", "").strip():
        if parent_key in seen:
            raise ValueError(f"its crossref leads back to {parent_key}")
        if parent_key not in raws:
            raise ValueError(f"its crossref {parent_key} is not in the file")
        seen.add(parent_key)
        current = raws[parent_key]
        handed_down = dict(current.fields)
        if title := handed_down.pop("title", ""):
            handed_down.setdefault("booktitle", title)
        fields = handed_down | fields
    return fields


def csl(raw: Raw, fields: Mapping[str, str]) -> dict[str, Any]:
    """One CSL-JSON item. Raises ValueError for a name that cannot be split and LaTeX that cannot be decoded."""
    item: dict[str, Any] = {"id": raw.key, "type": TYPES.get(raw.type, "document")}
    for name, variable in TEXTS.items():
        if text := decoded(fields.get(name, "")):
            item.setdefault(variable, text)
    if item["type"] == "report" and "issue" in item:
        item["number"] = item.pop("issue")
    for name, variable in VERBATIM.items():
        if value := fields.get(name, "").strip():
            item[variable] = DOI_ADDRESS.sub("", value) if variable == "DOI" else value
    for name in ("author", "editor"):
        if people := list(_people(fields.get(name, ""))):
            item[name] = people
    return item | _pages(fields) | _issued(fields) | _kind(fields)


def decoded(latex: str) -> str:
    """LaTeX as plain text in one line; a bare ``%`` is a per cent sign here, not a comment."""
    try:
        return " ".join(TO_TEXT.latex_to_text(BARE_PERCENT.sub(r"\\%", latex)).split())
    except RecursionError as error:
        raise ValueError("its braces are nested too deeply") from error


def _people(names: str) -> Iterator[dict[str, str]]:
    for name in split_multiple_persons_names(names):
        if name.startswith("{") and name.endswith("}"):
            yield {"literal": decoded(name)}
        elif name.strip().lower() != "others":
            yield _person(name)


def _person(name: str) -> dict[str, str]:
    try:
        parts: NameParts = parse_single_name_into_parts(name)
    except InvalidNameError as error:
        raise ValueError(f"cannot read the name “{name}”: {error.reason}") from error
    person = {
        "family": decoded(" ".join(parts.last)),
        "given": decoded(" ".join(parts.first)),
        "non-dropping-particle": decoded(" ".join(parts.von)),
        "suffix": decoded(" ".join(parts.jr)),
    }
    return {part: text for part, text in person.items() if text}


def _pages(fields: Mapping[str, str]) -> dict[str, str]:
    pages = re.sub(r"\s*[-\u2013\u2014]+\s*", "-", fields.get("pages", "").strip())
    return {"page": pages} if pages else {}


def _issued(fields: Mapping[str, str]) -> dict[str, Any]:
    """Year, month and day as far as they are known; a year that is none is kept as it was written."""
    stated = fields.get("date") or fields.get("year", "")
    found = DATE.fullmatch(stated.strip())
    if not found:
        return {"issued": {"literal": stated.strip()}} if stated.strip() else {}
    parts = [int(part) for part in found.groups() if part]
    if len(parts) == 1 and (month := _month(fields.get("month", ""))):
        parts.append(month)
    return {"issued": {"date-parts": [parts]}}


def _month(month: str) -> int:
    name = month.strip().lower()[:3]
    if name in MONTHS:
        return MONTHS.index(name) + 1
    return int(name) if name.isdecimal() and 1 <= int(name) <= len(MONTHS) else 0


def _kind(fields: Mapping[str, str]) -> dict[str, Any]:
    kind = KIND.search(fields.get("keywords", ""))
    return {"custom": {"kind": kind[1]}} if kind else {}
