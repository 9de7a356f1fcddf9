"""Read simple HTML tables of a Markdown file as Markdown tables.

The words of cells are kept, with subscripts, superscripts and citations; emphasis and comments are left out. Tables
with merged cells, lists, images or tables inside have no form in Markdown. They stay as they are, and pre-flight names
them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from articles.text.markup import without_comments
from articles.text.rendering import parse

TAG = re.compile(r"^[ ]{0,3}(?P<begin><table\b)|<(?P<end>/?)table\b[^<>]{0,200}>", re.IGNORECASE | re.MULTILINE)
CELLS = frozenset({"td", "th"})
SCRIPTS = frozenset({"sub", "sup"})
BREAKS = frozenset({"br", "p"})
WITHOUT_WORDS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "colgroup", "col"})
EMPHASIS = frozenset({"b", "strong", "i", "em"})
SIMPLE = CELLS | SCRIPTS | BREAKS | WITHOUT_WORDS | EMPHASIS | {"caption"}
SPECIAL = re.compile(r"[\\`*|]")
"""Characters that mean nothing in HTML and something in a Markdown table."""

DECLARATION = re.compile("<[!?]")
"""Begins a part that is no element. The parser of Python refuses some of them with an error of its own."""

MAX_LENGTH = 50_000
"""Maximum number of characters of a table. A longer one is left as it is."""


@dataclass(frozen=True)
class FoundTable:
    """An HTML table: where it begins and ends in the text, its line from 1, and what it becomes, if it is simple."""

    start: int
    end: int
    line: int
    markdown: str | None

    @property
    def remark(self) -> str:
        if self.markdown is None:
            return "has an HTML table with more than plain cells, which readers will see as it is written"
        return "has an HTML table, which was read as a Markdown table; check its header, and lines within cells"


def read_tables(body: str) -> tuple[str, list[FoundTable]]:
    """Return ``body`` with its simple HTML tables as Markdown tables, and every HTML table outside of code.

    Lines after a table keep their numbers unless its Markdown has more lines.
    """
    tables, parts, done = list(_tables(body)), [], 0
    for table in tables:
        if table.markdown is not None:
            lines = body.count("\n", table.start, table.end) - table.markdown.count("\n")
            parts += [body[done : table.start], table.markdown, "\n" * max(lines, 1)]
            done = table.end
    return "".join([*parts, body[done:]]), tables


def _tables(body: str) -> Iterator[FoundTable]:
    spans = list(_spans(body))
    code = _code_lines(body) if spans else set()
    line, position = 1, 0
    for start, end in spans:
        line, position = line + body.count("\n", position, start), start
        if line not in code:
            yield FoundTable(start, end, line, _markdown(body[start:end]))


def _spans(body: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each outermost table that begins a line and is closed."""
    start, depth = -1, 0
    for tag in TAG.finditer(body):
        if tag["end"] == "/":
            depth -= depth > 0
            if depth == 0 and start >= 0:
                yield start, tag.end()
                start = -1
        elif depth or tag["begin"]:
            start = start if depth else tag.start()
            depth += 1


def _code_lines(body: str) -> set[int]:
    code = (token.map for token in parse(body) if token.type in ("fence", "code_block") and token.map)
    return {line for first, end in code for line in range(first + 1, end + 1)}


def _markdown(html: str) -> str | None:
    html = without_comments(html)
    if len(html) > MAX_LENGTH or DECLARATION.search(html):
        return None
    reader = _TableReader()
    reader.feed(html)
    reader.close()
    rows = [[_cell(cell) for cell in row] for row in reader.rows if row]
    if not reader.is_simple or not rows:
        return None
    head = rows.pop(0) if reader.has_header else []
    caption = _cell(reader.caption)
    return (f"{caption}\n\n" if caption else "") + _lines(head, rows)


def _lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    width = max(map(len, [head, *rows]))
    ruled = [head, ["---"] * width, *rows]
    return "\n".join(f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in ruled)


def _cell(words: str) -> str:
    """Return the words of a cell on one line, with a semicolon for each line end."""
    return "; ".join(filter(None, (" ".join(line.split()) for line in words.split("\n"))))


class _TableReader(HTMLParser):
    """Reads one table. ``is_simple`` turns False at the first thing that Markdown tables do not have."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.caption = ""
        self.has_header = False
        self.is_simple = True
        self.place = ""
        self.in_head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        merged = any(name in ("rowspan", "colspan") and value != "1" for name, value in attrs)
        self.is_simple &= tag in SIMPLE and not merged and (tag != "table" or not self.rows)
        if tag == "tr" or (tag in CELLS and not self.rows):
            self.rows.append([])
        if tag in CELLS:
            self._open_cell(tag)
        elif tag in BREAKS:
            self._add("\n")
        elif tag in SCRIPTS:
            self._add(f"<{tag}>")
        self.in_head = tag == "thead" or (self.in_head and tag != "tbody")
        self.place = tag if tag in CELLS | {"caption"} else "" if tag in WITHOUT_WORDS else self.place

    def _open_cell(self, tag: str) -> None:
        row = self.rows[-1]
        if len(self.rows) == 1:
            self.has_header = (self.has_header or not row) and (tag == "th" or self.in_head)
        row.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in SCRIPTS:
            self._add(f"</{tag}>")
        elif tag == "p":
            self._add("\n")
        elif tag in CELLS | WITHOUT_WORDS | {"caption"}:
            self.place = ""

    def handle_data(self, data: str) -> None:
        self.is_simple &= bool(self.place) or not data.strip()
        self._add(SPECIAL.sub(r"\\\g<0>", re.sub(r"\s", " ", data)))

    def _add(self, words: str) -> None:
        if self.place == "caption":
            self.caption += words
        elif self.place:
            self.rows[-1][-1] += words
