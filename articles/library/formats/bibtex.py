"""Convert BibTeX to CSL-JSON 1.0.2: fields by two tables, names, dates, cross-references. Other fields are left out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import bibtexparser
from bibtexparser.middlewares.names import (
    InvalidNameError,
    NameParts,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock, Entry, ParsingFailedBlock, String
from pylatexenc.latex2text import LatexNodes2Text

from articles.library.formats.bibtex_fields import TEXTS, TYPES, VERBATIM
from articles.library.formats.file_faults import FileFault, Unreadable
from articles.library.formats.records import MAX_RECORD, Found
from editorial.record.canonical_json import JSONDict

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
KIND = re.compile(r"\bkind:(\w+)")
DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
DOI_ADDRESS = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", re.IGNORECASE)
BARE_PERCENT = re.compile(r"(?<!\\)%")
MARKUP = re.compile(r"[\\{}$~%&#^_]|--|``|''|[!?]`")
"""Characters that LaTeX reads as markup. Text without them, which is most of it, needs no decoding."""

GROUP = re.compile(r"\{([^{}]*)\}")
"""A group without another one inside, as around most names. It only keeps its words together."""

PARTS = re.compile(r'"[^"]*"|\{[^{}]*\}|[^\s#"{}]+')
"""The operands of ``#``: quoted text, text in braces, a number or the name of an abbreviation."""

MAX_CROSSREFS = 10
"""Maximum number of entries from which one entry inherits. A chapter of a book in a series has two."""

TO_TEXT = LatexNodes2Text(math_mode="text")


@dataclass(frozen=True)
class Raw:
    """An entry as it is in the file, with field names in lower case."""

    key: str
    type: str
    fields: Mapping[str, str]
    line: int


def read(text: str) -> Iterator[Found]:
    """Yield every entry of ``text`` in the order of the file. Broken entries have a fault."""
    for line, key, item in _entries(text):
        if isinstance(item, str):
            yield Found(line, key[:300], fault=f"{item[0].upper()}{item[1:]}.")
        else:
            yield Found(line, key[:300], csl=item)


def read_bibtex(text: str, *, path: Path) -> list[tuple[int, JSONDict]]:
    """Return every entry of ``text`` as a CSL-JSON item with its line.

    Raises Unreadable with every entry that cannot be parsed, is a duplicate or refers to itself.
    """
    items, faults = list[tuple[int, JSONDict]](), list[FileFault]()
    for line, key, item in _entries(text):
        if isinstance(item, str):
            faults.append(FileFault(str(path), line, key or "references", item))
        else:
            items.append((line, item))
    if faults:
        raise Unreadable(*faults)
    return items


def _entries(text: str) -> Iterator[tuple[int, str, JSONDict | str]]:
    """Yield line and key of every entry, with its CSL-JSON item or its fault as text."""
    library = bibtexparser.parse_string(text)
    abbreviations = _abbreviations(library.strings)
    raws = {entry.key: _raw(entry, abbreviations) for entry in library.entries}
    blocks = [block for block in library.blocks if isinstance(block, Entry | ParsingFailedBlock)]
    for block in sorted(blocks, key=lambda block: block.start_line or 0):
        if isinstance(block, ParsingFailedBlock):
            yield _failed(block)
            continue
        raw = raws[block.key]
        try:
            yield raw.line, raw.key, csl(raw, inherited(raw, raws))
        except ValueError as error:
            yield raw.line, raw.key, str(error)


def _failed(block: ParsingFailedBlock) -> tuple[int, str, str]:
    line = (block.start_line or 0) + 1
    if isinstance(block, DuplicateBlockKeyBlock):
        return line, block.key, "there are two entries with this key"
    if isinstance(block, DuplicateFieldKeyBlock):
        return line, "", f"an entry has a field twice: {', '.join(sorted(block.duplicate_keys))}"
    return line, "", "is not BibTeX: the entry that begins here is not closed or broken"


def _raw(entry: Entry, abbreviations: Mapping[str, str]) -> Raw:
    fields = {field.key.lower(): str(field.value) for field in entry.fields}
    joined = {
        field.key.lower() for field in entry.fields if field.enclosing == "no-enclosing" and "#" in str(field.value)
    }
    for name in joined:
        fields[name] = _joined(fields[name], abbreviations)
    return Raw(entry.key, entry.entry_type.lower(), fields, (entry.start_line or 0) + 1)


def _abbreviations(strings: Iterable[String]) -> dict[str, str]:
    """Return the ``@string`` definitions by name. Each can use only those before it, so none can refer to itself."""
    known: dict[str, str] = {}
    for string in strings:
        value = str(string.value)
        known[string.key.lower()] = _joined(value, known) if "#" in value else value
    return known


def _joined(value: str, abbreviations: Mapping[str, str]) -> str:
    """Return ``lan # " and " # {more}`` as one text.

    A text that is too long for a record is cut at one character more than its maximum, so the record is refused.
    """
    parts, size = [], 0
    for part in PARTS.findall(value):
        text = part[1:-1] if part[0] in '"{' else abbreviations.get(part.lower(), part)
        parts.append(text)
        size += len(text)
        if size > MAX_RECORD:
            break
    return "".join(parts)[: MAX_RECORD + 1]


def inherited(raw: Raw, raws: Mapping[str, Raw]) -> dict[str, str]:
    """Return the fields of ``raw``, completed from the entries to which it refers by ``crossref``.

    The title of a book becomes the container title of its chapters. Raises ValueError for a circular reference, an
    unknown entry, too many entries, and an entry that has more characters than a record may have.
    """
    fields, seen, current = dict(raw.fields), {raw.key}, raw
    if sum(map(len, fields.values())) > MAX_RECORD:
        raise ValueError(f"it has more than {MAX_RECORD:,} characters")
    while parent_key := current.fields.get("crossref", "").strip():
        if parent_key in seen:
            raise ValueError(f"its crossref leads back to {parent_key}")
        if parent_key not in raws:
            raise ValueError(f"its crossref {parent_key} is not in the file")
        if len(seen) > MAX_CROSSREFS:
            raise ValueError(f"its crossrefs lead on over more than {MAX_CROSSREFS} entries")
        seen.add(parent_key)
        current = raws[parent_key]
        handed_down = dict(current.fields)
        if title := handed_down.pop("title", ""):
            handed_down.setdefault("booktitle", title)
        fields = handed_down | fields
    return fields


def csl(raw: Raw, fields: Mapping[str, str]) -> JSONDict:
    """Return the entry as a CSL-JSON item. Raises ValueError for a name that cannot be split or undecodable LaTeX."""
    item: JSONDict = {"id": raw.key, "type": TYPES.get(raw.type, "document")}
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
    return item | _pages(fields) | _dates(fields) | _custom(fields)


def decoded(latex: str) -> str:
    """Return LaTeX as plain text on one line. An unescaped ``%`` is a per cent sign, not a comment.

    Raises ValueError if braces are nested too deeply.
    """
    ungrouped = GROUP.sub(r"\1", latex)
    if not MARKUP.search(ungrouped):
        return " ".join(ungrouped.split())
    try:
        return " ".join(TO_TEXT.latex_to_text(BARE_PERCENT.sub(r"\\%", latex)).split())
    except RecursionError as error:
        raise ValueError("its braces are nested too deeply") from error


def _people(names: str) -> Iterator[dict[str, str]]:
    for name in split_multiple_persons_names(names):
        if _is_one_group(name):
            yield {"literal": decoded(name)}
        elif name.strip().lower() != "others":
            yield _person(name)


def _is_one_group(name: str) -> bool:
    """Whether one pair of braces encloses the whole ``name``. Then it is an organisation, which is not split."""
    if not (name.startswith("{") and name.endswith("}")):
        return False
    depths = accumulate((char == "{") - (char == "}") for char in name[:-1])
    return all(depths)


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
    pages = "-".join(part.strip() for part in re.split(r"[-\u2013\u2014]++", decoded(fields.get("pages", ""))))
    return {"page": pages} if pages else {}


def _dates(fields: Mapping[str, str]) -> JSONDict:
    stated = fields.get("date") or fields.get("year", "")
    dates = {"issued": _date(stated, month=fields.get("month", "")), "accessed": _date(fields.get("urldate", ""))}
    return {name: date for name, date in dates.items() if date}


def _date(stated: str, *, month: str = "") -> JSONDict:
    """Return year, month and day as far as they are known. Text that is not a date is kept as a literal."""
    found = DATE.fullmatch(stated.strip())
    if not found:
        words = decoded(stated)
        return {"literal": words} if words else {}
    parts = [int(part) for part in found.groups() if part]
    if len(parts) == 1 and (number := _month(month)):
        parts.append(number)
    return {"date-parts": [parts]}


def _month(month: str) -> int:
    name = month.strip().lower()[:3]
    if name in MONTHS:
        return MONTHS.index(name) + 1
    return int(name) if name.isdecimal() and 1 <= int(name) <= len(MONTHS) else 0


def _custom(fields: Mapping[str, str]) -> JSONDict:
    kind, trial = KIND.search(fields.get("keywords", "")), fields.get("nct", "").strip()
    kept = {"kind": kind[1] if kind else "", "nct": trial}
    kept = {name: value for name, value in kept.items() if value}
    return {"custom": kept} if kept else {}
