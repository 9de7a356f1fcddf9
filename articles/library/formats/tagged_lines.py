"""Common parts of RIS and MEDLINE, the formats with one field per line after a tag."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from articles.library.formats.records import MAX_RECORD
from articles.models.markup import plain_text
from editorial.record.canonical_json import JSONDict

SHORT_PAGES = re.compile(r"([A-Za-z]{0,3})(\d{1,9})-(?:\1)?(\d{1,9})")

MOST_QUOTED = 200

VERBATIM = {"id", "URL", "DOI", "PMID", "PMCID"}
"""Variables in which an entity or a tag is part of the value."""

LIMITS = ((1, 9999), (1, 12), (1, 31))
SEASONS = ("", "Spring", "Summer", "Autumn", "Winter")
NEVER = re.compile(r"(?!)")
CHECK = "The file ends there, so check whether fields are missing."


def quoted(text: str) -> str:
    """Return what a remark quotes of a record, at most ``MOST_QUOTED`` characters of it."""
    return f"“{text}”" if len(text) <= MOST_QUOTED else f"“{text[:MOST_QUOTED]}…”"


@dataclass(frozen=True)
class LineRules:
    """How the lines of a format make records.

    A record begins with one of the tags in ``first``, if the record before has it already, and ends with the tag
    ``last`` or at a ``border``, a line of its own. A line without a tag continues the field before it; in a field that
    is ``listed`` it is another value.
    """

    line: re.Pattern[str]
    first: AbstractSet[str]
    last: str = ""
    border: re.Pattern[str] = NEVER
    listed: AbstractSet[str] = frozenset()


@dataclass
class Tagged:
    """The fields of one record in order, with repeated ones.

    ``is_closed`` is true after its last tag, ``is_last`` for the last record of a file that ends with a whole line.
    """

    line: int
    fields: list[tuple[str, str]] = field(default_factory=list)
    size: int = 0
    is_closed: bool = False
    is_last: bool = False

    def add(self, tag: str, value: str) -> None:
        """Add a field, unless the record is too large: see ``is_too_large``."""
        self.size += len(value) + len(tag)
        if not self.is_too_large:
            self.fields.append((tag, value))

    def extend(self, value: str, *, listed: AbstractSet[str]) -> None:
        """Append a line to the last field, or add it as another value if the field is ``listed``."""
        if self.last in listed:
            return self.add(self.last, value)
        self.size += len(value)
        if self.fields and not self.is_too_large:
            tag, begun = self.fields[-1]
            self.fields[-1] = (tag, f"{begun} {value}")
        return None

    @property
    def last(self) -> str:
        """The tag of the last field, empty without any."""
        return self.fields[-1][0] if self.fields else ""

    @property
    def is_too_large(self) -> bool:
        return self.size > MAX_RECORD

    def is_whole(self, *titles: str) -> bool:
        """Return whether only the mark of its end can be missing: the file ends with it, and it has a title."""
        return self.is_last and bool(self.first(*titles))

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


def records(text: str, rules: LineRules) -> Iterator[Tagged]:
    """Yield every record of ``text``."""
    before: Tagged | None = None
    for record in _parted(text, rules):
        if before:
            yield before
        before = record
    if before:
        before.is_last = text.endswith("\n")
        yield before


def _parted(text: str, rules: LineRules) -> Iterator[Tagged]:
    current: Tagged | None = None
    for number, line in numbered(text):
        written = line.rstrip()
        is_border, tagged = rules.border.fullmatch(written), rules.line.fullmatch(written)
        tag = tagged[1] if tagged else ""
        if current and (is_border or (tag in rules.first and current.first(tag))):
            yield current
            current = None
        if tagged and not is_border and (current or tag != rules.last):
            current = current or Tagged(number)
            current.add(tag, (tagged[2] or "").strip())
        elif current and written:
            current.extend(written.strip(), listed=rules.listed)
        if current and tagged and tag == rules.last:
            current.is_closed = True
            yield current
            current = None
    if current:
        yield current


def without_end(record: Tagged, words: str) -> list[str]:
    """Return a remark about a record that is read although it lacks the mark of its end."""
    return [] if record.is_closed else [f"{words} {CHECK}"]


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


def plain_text_of(csl: Mapping[str, object], name: str) -> str:
    """As ``text_of``, without CSL's markup, in which the formats with tagged lines have none: ``CO₂``, ``10⁹/L``."""
    text = text_of(csl, name)
    return text if name in VERBATIM else plain_text(text)


def date_parts(csl: Mapping[str, object], name: str = "issued", *, is_end: bool = False) -> list[int]:
    """Return year, month and day as far as they can be read; empty if the year cannot. ``is_end`` of a range."""
    date = csl.get(name)
    parts = date.get("date-parts") if isinstance(date, dict) else None
    days = parts[is_end : is_end + 1] if isinstance(parts, list) else []
    numbers = list[int]()
    for part, (least, most) in zip(days[0] if days and isinstance(days[0], list) else (), LIMITS, strict=False):
        digits = str(part)
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 4 and least <= int(digits) <= most):
            break
        numbers.append(int(digits))
    return numbers


def iso_date(csl: Mapping[str, object], name: str = "issued", *, is_end: bool = False) -> str:
    """Return ``2005-12-09``, as far as the date is known; an empty string without a year."""
    parts = date_parts(csl, name, is_end=is_end)
    return "-".join(form.format(part) for form, part in zip(("{:04}", "{:02}", "{:02}"), parts, strict=False))


def season_number(csl: Mapping[str, object]) -> int:
    """Return the season of publication from 1, spring, to 4, winter; 0 if there is none or a month is known."""
    issued = csl.get("issued")
    number = str(issued.get("season")) if isinstance(issued, dict) else ""
    return int(number) if number in ("1", "2", "3", "4") and len(date_parts(csl)) == 1 else 0


def date_words(csl: Mapping[str, object], name: str = "issued") -> str:
    """Return a date that is stored as text, or an empty string."""
    date = csl.get(name)
    return (text_of(date, "literal") or text_of(date, "raw")) if isinstance(date, dict) else ""


def custom(csl: Mapping[str, object]) -> JSONDict:
    value = csl.get("custom")
    return value if isinstance(value, dict) else {}
