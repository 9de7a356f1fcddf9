"""The statements of a text: each sentence, list item or table row with the works cited at it."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from markdown_it.token import Token

from articles.claims.clinical import is_clinical
from articles.claims.sentences import MARK, split
from articles.rendering import parse

IN_BRACKETS = re.compile(rf"\s*[(\[]\s*{MARK}[{MARK}\s,;]*[)\]]")
LISTED = re.compile(rf"{MARK}(?:\s*[,;]\s*{MARK})+")
BEFORE_SIGN = re.compile(rf"\s*{MARK}[{MARK}\s]*(?=[.,;:!?)]|\Z)")
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad]")
"""Zero-width space, word joiner, byte order mark, soft hyphen: no reader sees them."""

BETWEEN_CELLS = " | "


class Role(Enum):
    """As what a statement stands in its text. A list item without a full stop is a sentence."""

    SENTENCE = "sentence"
    ROW = "row of a table"
    HEADING = "heading"


@dataclass(frozen=True)
class Stretch:
    """Part of an inline token: its index among the block tokens, and from where to where in its plain words."""

    token: int
    start: int
    end: int


@dataclass(frozen=True)
class FoundClaim:
    """A statement in plain words, the keys cited at it in order, and the line of the text at which it begins.

    ``stretches`` say where it stands among the tokens that it was found in; only a row has more than one.
    """

    text: str
    keys: tuple[str, ...] = ()
    line: int = 1
    role: Role = Role.SENTENCE
    stretches: tuple[Stretch, ...] = field(default=(), compare=False, repr=False)


@dataclass
class _Flat:
    """One block in plain words, as long in ``masked``, which hides code from whoever looks for sentence ends."""

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
    """The cited statements of ``body``, in reading order: its claims."""
    return [statement for statement in statements(body) if statement.keys]


def uncited(body: str) -> list[FoundClaim]:
    """The statements of ``body`` that say something clinical (see ``is_clinical``) and cite nothing."""
    return [found for found in statements(body) if not found.keys and is_clinical(found.text)]


def statements(body: str) -> list[FoundClaim]:
    """Every statement of ``body``, in reading order. Takes time in proportion to the length."""
    return statements_of(parse(body))


def statements_of(tokens: Sequence[Token]) -> list[FoundClaim]:
    """As ``statements``, for a text that is parsed already.

    A citation belongs to the sentence in which it stands or that ends right before it; one in a paragraph of its own
    belongs to the statement above. A heading, of a table too, is a statement only when it cites something.
    """
    found: list[FoundClaim] = []
    for statement in _statements(tokens):
        if statement.text or not found:
            found.append(statement)
        else:
            found[-1] = replace(found[-1], keys=_once([*found[-1].keys, *statement.keys]))
    return found


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
    flat = _flat(inline)
    if keys := _keys(flat):
        where = (Stretch(index, 0, flat.length),)
        yield FoundClaim(_clean("".join(flat.shown)), keys, _first_line(inline), Role.HEADING, where)


def _row(tokens: Sequence[Token], cells: Sequence[int], *, heading: bool) -> Iterator[FoundClaim]:
    flats = [_flat(tokens[cell]) for cell in cells]
    keys = _once(key for flat in flats for key in _keys(flat))
    words = [_clean("".join(flat.shown)) for flat in flats]
    if keys or (any(words) and not heading):
        role = Role.HEADING if heading else Role.ROW
        where = tuple(Stretch(cell, 0, flat.length) for cell, flat in zip(cells, flats, strict=True))
        yield FoundClaim(BETWEEN_CELLS.join(filter(None, words)), keys, _first_line(tokens[cells[0]]), role, where)


def _sentences(inline: Token, index: int) -> Iterator[FoundClaim]:
    flat, first = _flat(inline), _first_line(inline)
    shown, position = "".join(flat.shown), 0
    for start, end in split("".join(flat.masked)):
        keys: list[str] = []
        while position < len(flat.cited) and flat.cited[position][0] < end:
            keys += flat.cited[position][1]
            position += 1
        line = first + bisect_right(flat.breaks, start)
        yield FoundClaim(_clean(shown[start:end]), _once(keys), line, Role.SENTENCE, (Stretch(index, start, end),))


def _first_line(inline: Token) -> int:
    return inline.map[0] + 1 if inline.map else 1


def _flat(inline: Token) -> _Flat:
    flat = _Flat()
    for child in inline.children or []:
        if child.type == "citation":
            flat.cited.append((flat.length, [key for key, _ in child.meta["items"]]))
            flat.breaks += [flat.length + 1] * child.meta["breaks"]
        elif child.type in ("softbreak", "hardbreak"):
            flat.breaks.append(flat.length + 1)
        shown = words_of(child)
        flat.add(shown, "x" * len(shown) if child.type == "code_inline" else "")
    return flat


def words_of(child: Token) -> str:
    """What one token inside a block adds to its plain words."""
    if child.type == "citation":
        return MARK
    if child.type in ("softbreak", "hardbreak"):
        return " "
    if child.type in ("s_open", "s_close"):
        return "~~"  # words that are struck out are not what the text states
    return child.content.replace(MARK, " ")


def plain_words(inline: Token) -> str:
    """The plain words of a block, in which stretches are counted; MARK stands for a citation."""
    return "".join(map(words_of, inline.children or []))


def _keys(flat: _Flat) -> tuple[str, ...]:
    return _once(key for _, keys in flat.cited for key in keys)


def _once(keys: Sequence[str] | Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))


def _clean(text: str) -> str:
    """The words without the citations and the signs that only served them."""
    if MARK in text:
        text = LISTED.sub(MARK, IN_BRACKETS.sub("", text))
        text = BEFORE_SIGN.sub("", text).replace(MARK, " ")
    return " ".join(INVISIBLE.sub("", text).split())
