"""Split BibTeX into entries with their fields: abbreviations replaced, cross-references followed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

import bibtexparser
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    Field,
    ParsingFailedBlock,
    String,
)

from articles.library.formats.bibtex_fields import MONTHS
from articles.library.formats.records import MAX_RECORD, MAX_RECORDS

KEYLESS = re.compile(
    r"^([ \t]*+@(?!string\b|comment\b|preamble\b)\w++[ \t]*+[{(](?:[ \t]*+[^\s,={}()\"#%]++(?=[ \t]*+\n))?)"
    r"(?=\s*+[A-Za-z][\w-]*+\s*+=)",
    re.IGNORECASE | re.MULTILINE,
)
"""The beginning of an entry with no comma before its first field, with a key or without one."""

NEXT_FIELD = re.compile(r"\s*+([A-Za-z][\w-]*+)\s*+=\s*+")

START = re.compile(r"^[ \t]*+(?=@\w*+[ \t]*+[{(])", re.MULTILINE)
"""The beginning of an entry on a line of its own. Nothing else begins so: the parser gives up an open entry there."""

BEHIND = re.compile(r"[})][ \t]*+(?=@\w++[ \t]*+[{(])")
"""The beginning of an entry in the line in which another one ends."""

ENTRY = re.compile(r"@(?!string\b|comment\b|preamble\b)\w++[ \t]*+[{(]", re.IGNORECASE)
KEY = re.compile(ENTRY.pattern + r"\s*+([^\s,={}\"]++)\s*+[,})]", re.IGNORECASE)
REFERENCE = re.compile(r"\b(?:crossref|xdata|entryset)\s*+=\s*+[{\"]?([^{}\"\n]{1,500}+)", re.IGNORECASE)

PART = 100_000
"""Number of characters that are parsed at a time."""

LARGEST_PART = MAX_RECORD + 40_000
"""Maximum number of characters that are parsed at all. A part with more is one entry that is too long."""

OVERHEAD = 100
"""Number of characters that an abbreviation counts beside its own, so that there are not too many."""

BROKEN = "it is not BibTeX: the entry that begins here is not closed or broken"

MARK = re.compile(r'(?<!\\)[{}"]')
NAME = re.compile(r'[^\s#"{}]+')
"""A number or the name of an abbreviation."""

MAX_FIELDS = 300
"""Maximum number of fields of an entry. Programs write 40."""

MAX_ABBREVIATION = 2_000
"""Maximum number of characters in the text of an abbreviation. Names of journals have 150."""

MAX_ABBREVIATIONS = 4_000_000
"""Maximum number of characters in the texts of all abbreviations of a file."""

MAX_GROWTH = 20_000
"""Maximum number of characters by which abbreviations, or cross-references, make an entry longer."""

SHOWN = 80
"""Number of characters of a text that was left out which a remark repeats."""


@dataclass(frozen=True)
class Raw:
    """An entry as it is in the file, with field names in lower case. ``fault`` says why it cannot be read."""

    key: str
    type: str
    line: int
    fields: Mapping[str, str]
    remarks: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class _Value:
    """The text of a field or abbreviation, the names in it that stand for nothing, and one that stands for too much."""

    text: str
    unknown: tuple[str, ...] = ()
    too_long: str = ""


class _Abbreviations:
    """The ``@string`` definitions as far as the file is read, by name. None can refer to itself or to a later one."""

    def __init__(self) -> None:
        self.known: dict[str, _Value] = {}
        self._size = 0

    def add(self, name: str, written: str) -> None:
        """Add a definition, unless there are so many that a file is meant to fill memory."""
        if self._size > MAX_ABBREVIATIONS:
            return
        value = _value(written, self.known)
        if len(value.text) > MAX_ABBREVIATION:
            value = _Value("", too_long=name)
        self.known[name.lower()] = value
        self._size += len(name) + len(value.text) + OVERHEAD


def entries(text: str) -> Iterator[Raw]:
    """Yield every entry of ``text`` in the order of the file, also those that cannot be read.

    Only one part of the file is in memory as objects, so the text of an abbreviation has to come before its use.
    """
    abbreviations = _Abbreviations()
    for line, part in _parts(text):
        if len(part) <= LARGEST_PART:
            yield from _parsed(part, abbreviations, first_line=line)
        elif ENTRY.match(part):
            yield Raw(_key(part), "", line, {}, fault=f"it has more than {MAX_RECORD:,} characters")


def _parsed(part: str, abbreviations: _Abbreviations, *, first_line: int) -> Iterator[Raw]:
    for given in bibtexparser.parse_string(KEYLESS.sub(r"\1,", part), parse_stack=[]).blocks:
        block = _original(given)
        line = first_line + (block.start_line or 0)
        if isinstance(block, String):
            abbreviations.add(block.key, str(block.value))
        elif isinstance(block, Entry):
            yield _raw(block, abbreviations.known, line=line)
        elif isinstance(block, ParsingFailedBlock):
            yield Raw(_key(block.raw or ""), "", line, {}, fault=BROKEN)


def _original(block: Block) -> Block:
    """Return the entry or abbreviation that the library has set aside because its key, or a field, occurs twice."""
    if isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
        return block.ignore_error_block or block
    return block


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the file in parts of whole entries, each with the number of its first line.

    An entry that is longer than a part is one of its own.
    """
    begin, last, line = 0, 0, 1
    for start in _starts(text):
        ends = [last] if start - last > PART and last > begin else []
        ends += [start] if start - (ends or [begin])[0] >= PART or start == len(text) else []
        for end in ends:
            part = text[begin:end]
            yield line, part
            begin, line = end, line + part.count("\n")
        last = start


def _starts(text: str) -> Iterator[int]:
    """Yield where entries begin, on a line or, in a file without lines, after a closing brace; and the end."""
    before = 0
    for start in chain((found.end() for found in START.finditer(text)), [len(text)]):
        if start - before > PART:
            yield from (found.end() for found in BEHIND.finditer(text, before, start))
        yield start
        before = start


def _key(text: str) -> str:
    found = KEY.match(text)
    return found[1] if found else ""


def stated_keys(text: str) -> frozenset[str]:
    """Return the keys that the entries of a file have in it."""
    return frozenset(KEY.findall(text))


def targets(text: str) -> dict[str, Raw]:
    """Return the entries of a file that others name in ``crossref``, ``xdata`` or ``entryset``, by key.

    They are among the first ``MAX_RECORDS``: nothing reads those behind them.
    """
    wanted = {key.strip() for keys in REFERENCE.findall(text) for key in keys.split(",")}
    found = dict[str, Raw]()
    for raw in islice(entries(text), MAX_RECORDS) if wanted else ():
        if raw.key in wanted and not raw.fault:
            found.setdefault(raw.key, raw)
    return found


def _raw(entry: Entry, abbreviations: Mapping[str, _Value], *, line: int) -> Raw:
    fields, remarks = dict[str, str](), list[str]()
    unknown, too_long = dict[str, None](), ""
    for name, written in chain.from_iterable(map(_fields_in, entry.fields)):
        value = _value(written, abbreviations)
        if fields.setdefault(name, value.text) != value.text:
            remarks.append(f"The field {name} occurs twice; its value “{value.text[:SHOWN]}” was left out.")
        unknown |= dict.fromkeys(value.unknown)
        too_long = too_long or value.too_long
    remarks += [f"The abbreviation “{word}” is not defined before it is used; its name was kept." for word in unknown]
    fault = f"its abbreviation {too_long} is too long" if too_long else _size_fault(entry.fields, fields)
    return Raw(entry.key, entry.entry_type.lower(), line, {} if fault else fields, tuple(remarks), fault)


def _fields_in(field: Field) -> Iterator[tuple[str, str]]:
    """Yield the field, and those behind it that lack the comma before them."""
    name, written, begin = field.key, str(field.value), 0
    while written.startswith(("{", '"'), begin):
        end = _closing(written, begin) + 1
        if not (following := NEXT_FIELD.match(written, end)):
            break
        yield name.lower(), written[begin:end]
        name, begin = following[1], following.end()
    yield name.lower(), written[begin:]


def _size_fault(written: Iterable[Field], fields: Mapping[str, str]) -> str:
    size, before = sum(map(len, fields.values())), sum(len(str(field.value)) for field in written)
    if size > MAX_RECORD:
        return f"it has more than {MAX_RECORD:,} characters"
    if len(fields) > MAX_FIELDS:
        return f"it has more than {MAX_FIELDS} fields"
    return f"abbreviations make it longer by more than {MAX_GROWTH:,} characters" if size > before + MAX_GROWTH else ""


def _value(written: str, abbreviations: Mapping[str, _Value]) -> _Value:
    """Return ``lan # " and " # {more}`` as one text. It ends early if it is too long for a record."""
    parts, unknown, size, too_long = list[str](), list[str](), 0, ""
    for text, is_name in _operands(written):
        value = abbreviations.get(text.lower()) if is_name else None
        if is_name and value is None and not (text.isdecimal() or text.lower() in MONTHS):
            unknown.append(text)
        parts.append(value.text if value else text)
        unknown += value.unknown if value else ()
        too_long = too_long or (value.too_long if value else "")
        size += len(parts[-1])
        if size > MAX_RECORD:
            break
    return _Value("".join(parts), tuple(dict.fromkeys(unknown)), too_long)


def _operands(written: str) -> Iterator[tuple[str, bool]]:
    """Yield the operands of ``#``, each with whether it is a number or the name of an abbreviation."""
    place = 0
    while place < len(written):
        if written[place] in '{"':
            end = _closing(written, place)
            yield written[place + 1 : end], False
            place = end + 1
        elif found := NAME.match(written, place):
            yield found[0], True
            place = found.end()
        else:
            place += 1


def _closing(written: str, start: int) -> int:
    """Return where the text in braces or quotation marks ends that begins at ``start``."""
    level, end = 0, "}" if written[start] == "{" else '"'
    for mark in MARK.finditer(written, start + 1):
        if not level and mark[0] == end:
            return mark.start()
        level = max(level + (mark[0] == "{") - (mark[0] == "}"), 0)
    return len(written) - written.endswith(end, start + 1)
