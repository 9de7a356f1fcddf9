"""Extracting the statements of a text: each sentence, list item or table row with the works cited at it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from markdown_it.token import Token

from articles.text.claims.clinical import is_clinical
from articles.text.claims.sentences import MARK, split_sentences
from articles.text.footnotes import REFERENCE
from articles.text.markup import SCRIPTS, script_words
from articles.text.rendering import parse

IN_BRACKETS = re.compile(rf"(?<!\s)\s*+[(\[]\s*+{MARK}[{MARK}\s,;]*+[)\]]")
LISTED = re.compile(rf"{MARK}(?:\s*+[,;]\s*+{MARK})+")
BEFORE_SIGN = re.compile(rf"(?<![{MARK}\s])\s*+{MARK}[{MARK}\s]*+(?=[.,;:!?)]|\Z)")
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
"""Zero-width space, word joiner, byte order mark and soft hyphen, which readers do not see."""

BETWEEN_CELLS = " | "


class StatementKind(Enum):
    """What kind of statement it is. A list item without a full stop is a sentence."""

    SENTENCE = "sentence"
    ROW = "row of a table"
    HEADING = "heading"


@dataclass(frozen=True)
class Stretch:
    """Part of an inline token: the index of the token, and start and end in its plain words."""

    token: int
    start: int
    end: int


@dataclass(frozen=True)
class FoundClaim:
    """A statement in plain words, the keys cited at it in order, and the line of the text at which it begins.

    ``stretches`` are its positions among the tokens; only a row has more than one.
    """

    text: str
    keys: tuple[str, ...] = ()
    line: int = 1
    role: StatementKind = StatementKind.SENTENCE
    stretches: tuple[Stretch, ...] = field(default=(), compare=False, repr=False)


@dataclass
class _PlainBlock:
    """One block in plain words. ``masked`` has the same length and hides code from the search for sentence ends."""

    shown: list[str] = field(default_factory=list)
    masked: list[str] = field(default_factory=list)
    length: int = 0
    breaks: list[int] = field(default_factory=list)
    cited: list[tuple[int, list[str]]] = field(default_factory=list)

    def add(self, shown: str, masked: str = "") -> None:
        self.shown.append(shown)
        self.masked.append(masked or shown)
        self.length += len(shown)


def extract(body: str) -> list[FoundClaim]:
    """Return the cited statements of ``body``, its claims, in reading order."""
    return [found for found in statements(body) if found.keys]


def uncited_statements(body: str) -> list[FoundClaim]:
    """Return the statements of ``body`` that are clinical (see ``is_clinical``) and cite nothing."""
    return [statement for statement in statements(body) if not statement.keys and is_clinical(statement.text)]


def statements(body: str) -> list[FoundClaim]:
    """Return every statement of ``body`` in reading order. Takes linear time."""
    return statements_of(parse(body))


def statements_of(tokens: Sequence[Token]) -> list[FoundClaim]:
    """As ``statements``, for a text that is already parsed.

    A citation belongs to the sentence that contains it or that ends right before it. A citation in a paragraph of its
    own belongs to the statement above. A heading, also of a table, is a statement only if it cites something.
    """
    merged: list[FoundClaim] = []
    for statement in _statements(tokens):
        if statement.text or not merged:
            merged.append(statement)
        else:
            merged[-1] = replace(merged[-1], keys=_once([*merged[-1].keys, *statement.keys]))
    return merged


def _statements(tokens: Sequence[Token]) -> Iterator[FoundClaim]:
    cells: list[int] | None = None
    heading = False
    for index, token in enumerate(tokens):
        if token.type in ("heading_open", "thead_open", "heading_close", "thead_close"):
            heading = token.nesting == 1
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield from _row(tokens, cells or [], heading=heading)
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append(index)
        elif token.type == "inline":
            yield from _heading(token, index) if heading else _sentences(token, index)


def _heading(inline: Token, index: int) -> Iterator[FoundClaim]:
    flat = _plain_block(inline)
    if keys := _keys(flat):
        where = (Stretch(index, 0, flat.length),)
        yield FoundClaim(clean("".join(flat.shown)), keys, _first_line(inline), StatementKind.HEADING, where)


def _row(tokens: Sequence[Token], cells: Sequence[int], *, heading: bool) -> Iterator[FoundClaim]:
    flats = [_plain_block(tokens[cell]) for cell in cells]
    keys = _once(key for flat in flats for key in _keys(flat))
    words = [clean("".join(flat.shown)) for flat in flats]
    if keys or (any(words) and not heading):
        role = StatementKind.HEADING if heading else StatementKind.ROW
        where = tuple(Stretch(cell, 0, flat.length) for cell, flat in zip(cells, flats, strict=True))
        yield FoundClaim(BETWEEN_CELLS.join(filter(None, words)), keys, _first_line(tokens[cells[0]]), role, where)


def _sentences(inline: Token, index: int) -> Iterator[FoundClaim]:
    flat, first = _plain_block(inline), _first_line(inline)
    shown, position = "".join(flat.shown), 0
    for start, end in split_sentences("".join(flat.masked)):
        keys: list[str] = []
        while position < len(flat.cited) and flat.cited[position][0] < end:
            keys += flat.cited[position][1]
            position += 1
        line = first + bisect_right(flat.breaks, start)
        yield FoundClaim(
            clean(shown[start:end]), _once(keys), line, StatementKind.SENTENCE, (Stretch(index, start, end),)
        )


def _first_line(inline: Token) -> int:
    return inline.map[0] + 1 if inline.map else 1


def _plain_block(inline: Token) -> _PlainBlock:
    flat = _PlainBlock()
    for child in inline.children or []:
        if child.type == "citation":
            flat.cited.append((flat.length, [key for key, _ in child.meta["items"]]))
            flat.breaks += [flat.length + 1] * child.meta["breaks"]
        elif child.type in ("softbreak", "hardbreak"):
            flat.breaks.append(flat.length + 1)
        shown = token_words(child)
        flat.add(shown, "x" * len(shown) if child.type == "code_inline" else "")
    return flat


def token_words(child: Token) -> str:
    """Return what one token inside a block adds to its plain words."""
    if child.type in ("citation", REFERENCE):
        return MARK
    if child.type in ("softbreak", "hardbreak"):
        return " "
    if child.type in ("s_open", "s_close"):
        return "~~"  # struck-out words are not statements
    if child.type in SCRIPTS:
        return script_words(child.type, child.content)
    return child.content.replace(MARK, " ")


def plain_words(inline: Token) -> str:
    """Return the plain words of a block. Positions of stretches refer to them.

    MARK stands for a citation, and for a reference to a note.
    """
    return "".join(map(token_words, inline.children or []))


def _keys(flat: _PlainBlock) -> tuple[str, ...]:
    return _once(key for _, keys in flat.cited for key in keys)


def _once(keys: Sequence[str] | Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


def clean(text: str) -> str:
    """Return the words without citations and the brackets or commas around them."""
    if MARK in text:
        text = LISTED.sub(MARK, IN_BRACKETS.sub("", text))
        text = BEFORE_SIGN.sub("", text).replace(MARK, " ")
    return " ".join(INVISIBLE.sub("", text).split())
