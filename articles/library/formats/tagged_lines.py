"""Common parts of RIS and MEDLINE, the formats with one field per line after a tag."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from articles.library.formats.records import MAX_RECORD
from editorial.record.canonical_json import JSONDict

SHORT_PAGES = re.compile(r"([A-Za-z]{0,3})(\d{1,9})-(?:\1)?(\d{1,9})")

MOST_QUOTED = 200


def quoted(text: str) -> str:
    """Return what a remark quotes of a record, at most ``MOST_QUOTED`` characters of it."""
    return f"“{text}”" if len(text) <= MOST_QUOTED else f"“{text[:MOST_QUOTED]}…”"


@dataclass
class Tagged:
    """The fields of one record in order, with repeated ones."""

    line: int
    fields: list[tuple[str, str]] = field(default_factory=list)
    size: int = 0
    is_closed: bool = False

    def add(self, tag: str, value: str) -> None:
        """Add a field, unless the record is too large: see ``is_too_large``."""
        self.size += len(value) + len(tag)
        if not self.is_too_large:
            self.fields.append((tag, value))

    def extend(self, value: str) -> None:
        """Append a continuation line to the last field."""
        self.size += len(value)
        if self.fields and not self.is_too_large:
            tag, begun = self.fields[-1]
            self.fields[-1] = (tag, f"{begun} {value}")

    @property
    def last(self) -> str:
        """The tag of the last field, empty without any."""
        return self.fields[-1][0] if self.fields else ""

    @property
    def is_too_large(self) -> bool:
        return self.size > MAX_RECORD

    def all(self, *tags: str) -> list[str]:
        return [value for tag, value in self.fields if tag in tags and value]

    def first(self, *tags: str) -> str:
        """Return the value of the first of ``tags`` that the record has, or an empty string."""
        return next((value for wanted in tags for value in self.all(wanted)), "")


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line of ``text`` with its number from 1. They are never all in memory: a file may have millions."""
    begin, number = 0, 1
    while (end := text.find("\n", begin)) >= 0:
        yield number, text[begin:end]
        begin, number = end + 1, number + 1
    yield number, text[begin:]


def filled(record: Tagged, tags: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the CSL variables that have a value, each from the first of its tags in the record."""
    return {name: value for name, wanted in tags.items() if (value := record.first(*wanted))}


def pages_in_full(first: str, last: str = "") -> str:
    """Return pages as in CSL-JSON: ``173-184`` for ``173-84``, and ``448`` for ``448-448``."""
    last = last if any(map(str.isalnum, last)) and "-" not in first else ""
    if not last and first.endswith("+"):
        first = first.rstrip("-+ ")
    pages = f"{first}-{last}" if first and last and first != last else first or last
    found = SHORT_PAGES.fullmatch(pages)
    if not found or len(found[3]) > len(found[2]):
        return pages
    whole = found[2][: -len(found[3])] + found[3]
    return f"{found[1]}{found[2]}" if whole == found[2] else f"{found[1]}{found[2]}-{found[1]}{whole}"


def name_of(person: object) -> str:
    """Return a CSL name as ``Family, Given, Suffix``, or the name of an organisation unchanged."""
    parts = person if isinstance(person, dict) else {}
    literal, family, given, suffix = (_one_line(parts.get(name)) for name in ("literal", "family", "given", "suffix"))
    if literal or not family:
        return literal or given
    particles = (_one_line(parts.get(f"{kind}-particle")) for kind in ("dropping", "non-dropping"))
    family = " ".join(filter(None, [*particles, family]))
    return ", ".join(filter(None, [family, given, suffix]))


def _one_line(value: object) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def lines(values: Iterable[tuple[str, object]], *, form: str) -> Iterator[str]:
    """Yield the lines of the fields that have a value. White space becomes one space, so no value adds a line."""
    for tag, value in values:
        if text := _one_line(value):
            yield form.format(tag) + text + "\n"


def text_of(csl: Mapping[str, object], name: str) -> str:
    """Return the value of a text variable on one line, or an empty string if it is missing or not text."""
    value = csl.get(name)
    return "" if isinstance(value, bool) else _one_line(value)


def date_parts(csl: Mapping[str, object], name: str = "issued") -> list[int]:
    """Return year, month and day as far as they can be read; empty if the year cannot."""
    date = csl.get(name)
    parts = date.get("date-parts") if isinstance(date, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    numbers = list[int]()
    for part, (least, most) in zip(first, ((1, 9999), (1, 12), (1, 31)), strict=False):
        digits = str(part)
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 4 and least <= int(digits) <= most):
            break
        numbers.append(int(digits))
    return numbers


def date_words(csl: Mapping[str, object], name: str = "issued") -> str:
    """Return a date that is stored as text, or an empty string."""
    date = csl.get(name)
    return (text_of(date, "literal") or text_of(date, "raw")) if isinstance(date, dict) else ""


def custom(csl: Mapping[str, object]) -> JSONDict:
    value = csl.get("custom")
    return value if isinstance(value, dict) else {}
