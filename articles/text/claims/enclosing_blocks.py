"""The position of each block of a text: its headings, list, quotation or table, and lead-in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from markdown_it.token import Token

from articles.text.claims.extraction import clean, plain_words

SHOWN = 300
"""Characters of each part that are stored for display. The hash covers all of them."""

LED_IN = {"bullet_list", "ordered_list", "blockquote", "table", "dl", "dd"}
NOTE = "footnote"
ITEMS = {"list_item", "dd", NOTE}
CONTAINERS = LED_IN | ITEMS


class ContextKind(StrEnum):
    """The kind of a part of a context."""

    AUDIENCE = "audience"
    QUESTION = "question"
    HEADING = "heading"
    QUOTATION = "quotation"
    LEAD_IN = "lead_in"
    GROUP = "group"
    COLUMN = "column"
    POINTER = "pointer"
    BEFORE = "before"
    AFTER = "after"
    NOTE = "note"
    NOTE_TO = "note_to"


IN_WORDS = {
    ContextKind.AUDIENCE: "In the text for",
    ContextKind.QUESTION: "In answer to",
    ContextKind.HEADING: "Under the heading",
    ContextKind.QUOTATION: "In a quotation",
    ContextKind.LEAD_IN: "Introduced by",
    ContextKind.GROUP: "In the rows under",
    ContextKind.COLUMN: "In the column",
    ContextKind.POINTER: "After a sentence that points to it",
    ContextKind.BEFORE: "After the sentence",
    ContextKind.AFTER: "Before the sentence",
    ContextKind.NOTE: "With the note",
    ContextKind.NOTE_TO: "In a note to",
}


@dataclass(frozen=True)
class ContextPart:
    """One part of a context. For a cell, ``words`` is the header and ``cell`` is the cell below it."""

    kind: ContextKind
    words: str = ""
    cell: str = ""

    @property
    def shown(self) -> dict[str, str]:
        words = f"{_short(self.words)}: {_short(self.cell)}" if self.kind is ContextKind.COLUMN else _short(self.words)
        return {"kind": self.kind.value, "words": words}


def context_part_text(part: Mapping[str, str]) -> str:
    """Return a stored part as text, with a label for its kind."""
    label = IN_WORDS[ContextKind(part["kind"])]
    return f"{label}: {part['words']}" if part["words"] else label


def _short(words: str) -> str:
    return words if len(words) <= SHOWN else f"{words[: SHOWN - 1]}…"


@dataclass(frozen=True)
class Frame:
    """The position of a block: the number of headings and notes before it, its containers, and their context.

    ``words`` are its own words, ``item`` is its list item or row, ``column`` the header cell above a cell.
    """

    words: str
    section: int
    path: tuple[int, ...]
    parts: tuple[ContextPart, ...]
    item: int = 0
    column: str = ""


@dataclass
class _Container:
    """The text itself, or a quotation, list, list item or table in it; ``last`` is its latest paragraph."""

    start: int
    kind: str = ""
    parts: tuple[ContextPart, ...] = ()
    headings: list[tuple[str, ContextPart]] = field(default_factory=list)
    last: str = ""


@dataclass
class _Table:
    """Header cells, and the current position in the table."""

    headers: list[str] = field(default_factory=list)
    column: int = 0
    row: int = 0
    in_head: bool = False
    cells: list[str] = field(default_factory=list)
    group: str = ""

    def step(self, kind: str, way: str, *, index: int) -> None:
        """Process one token that opens or closes something."""
        if kind == "thead":
            self.in_head = way == "open"
        elif kind == "tr" and way == "open":
            self.row, self.column, self.cells = index, -1, []
        elif kind == "tr":
            self._end_row()
        elif way == "open":
            self.column += 1

    def _end_row(self) -> None:
        if self.in_head:
            self.headers = _unique_headers(self.cells)
        elif len(self.cells) > 1 and self.cells[0] and not any(self.cells[1:]):
            self.group = self.cells[0]


def _unique_headers(headers: Sequence[str]) -> list[str]:
    """Return unique headers: an empty one becomes its position, and repeated ones get a count."""
    headers_or_places = [header or f"({place})" for place, header in enumerate(headers, start=1)]
    counts: Counter[str] = Counter()
    unique = []
    for header in headers_or_places:
        counts[header] += 1
        unique.append(header if counts[header] == 1 else f"{header} ({counts[header]})")
    return unique


def frames_of(tokens: Sequence[Token]) -> dict[int, Frame]:
    """Return the frame of each inline token, by its index."""
    return _FrameBuilder().read(tokens)


class _FrameBuilder:
    def __init__(self) -> None:
        self.containers = [_Container(0)]
        self.table: _Table | None = None
        self.heading = ""
        self.section = 0
        self.parts: tuple[ContextPart, ...] | None = ()

    def read(self, tokens: Sequence[Token]) -> dict[int, Frame]:
        frames: dict[int, Frame] = {}
        for index, token in enumerate(tokens):
            kind, _, way = token.type.rpartition("_")
            if kind in CONTAINERS:
                self._enter(index, kind) if way == "open" else self._leave()
            elif token.type == "inline":
                words = clean(plain_words(token))
                frames[index] = self._frame(words)
                self._note(words)
            elif token.type in ("fence", "code_block", "hr"):
                self.containers[-1].last = ""
            elif kind == "heading":
                self._turn(token.tag if way == "open" else "")
            elif self.table:
                self.table.step(kind, way, index=index)
        return frames

    def _enter(self, index: int, kind: str) -> None:
        inside = _Container(index, kind)
        lead_in = self.containers[-1].last
        self.section += kind == NOTE  # its sentences continue none of those before it
        if kind == "blockquote":
            inside.parts += (ContextPart(ContextKind.QUOTATION),)
        if kind in LED_IN and lead_in:
            inside.parts += (ContextPart(ContextKind.LEAD_IN, lead_in),)
        if kind == "table":
            self.table = _Table()
        self.containers.append(inside)
        self.parts = None

    def _leave(self) -> None:
        left = self.containers.pop().kind
        self.section += left == NOTE
        if left == "table":
            self.table = None
        if left != "dd":  # the next definition has the same term
            self.containers[-1].last = ""
        self.parts = None

    def _turn(self, tag: str) -> None:
        """A heading ends those of its level and below, in the same container."""
        self.heading = tag
        if tag:
            here = self.containers[-1]
            here.headings = [heading for heading in here.headings if heading[0] < tag]
            here.last = ""
            self.section += 1
            self.parts = None

    def _note(self, words: str) -> None:
        here = self.containers[-1]
        if self.heading:
            here.headings.append((self.heading, ContextPart(ContextKind.HEADING, words)))
            self.parts = None
        elif self.table:
            self.table.cells.append(words)
        else:
            here.last = words

    def _frame(self, words: str) -> Frame:
        if self.parts is None:
            self.parts = tuple(
                part
                for container in self.containers
                for part in (*container.parts, *(part for _, part in container.headings))
            )
        path = tuple(container.start for container in self.containers[1:])
        items = [container.start for container in self.containers if container.kind in ITEMS]
        if self.table is None:
            return Frame(words, self.section, path, self.parts, items[-1] if items else 0)
        group = (ContextPart(ContextKind.GROUP, self.table.group),) if self.table.group else ()
        headers = [] if self.table.in_head else self.table.headers
        column = headers[self.table.column] if self.table.column < len(headers) else ""
        return Frame(words, self.section, path, (*self.parts, *group), self.table.row, column)
