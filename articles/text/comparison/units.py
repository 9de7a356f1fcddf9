"""Splitting a parsed text into the segments that are compared: sentences, headings, table rows and code blocks.

Every visible word is in one segment, cited or not, with its place among the tokens. Markup is left out, but a
struck-out word differs from the same word without the line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from markdown_it.token import Token

from articles.text.claims.extraction import BETWEEN_CELLS, INVISIBLE, token_words
from articles.text.claims.sentences import split_sentences
from articles.text.comparison.tokens import TOKEN
from articles.text.footnotes import REFERENCE

CODE = ("fence", "code_block")
STRUCK = "\u0336"
"""Begins the value of a struck-out word."""


@dataclass(frozen=True)
class PlacedWord:
    """A word. It is compared by its ``value``; ``token``, ``start`` and ``end`` are its place.

    A separator between two cells of a row has no place: it ends where it starts.
    """

    value: str
    text: str
    token: int
    start: int
    end: int


@dataclass(frozen=True)
class Segment:
    """A sentence, heading, row or code block, which is paired with one of the other text."""

    words: Sequence[PlacedWord]
    kind: str = "sentence"

    @cached_property
    def text(self) -> str:
        return " ".join("".join(word.value for word in self.words).split())


def segments(tokens: Sequence[Token]) -> list[Segment]:
    """Return all segments of a parsed text in reading order. Takes linear time."""
    return [segment for segment in _segments(tokens) if segment.text]


def plain_segments(text: str) -> list[Segment]:
    """Return the segments of a text without markup; their token is 0."""
    words = [PlacedWord(_value(match[0]), match[0], 0, match.start(), match.end()) for match in TOKEN.finditer(text)]
    return [Segment(sentence) for sentence in _sentences(words, text) if sentence]


def _segments(tokens: Sequence[Token]) -> Iterator[Segment]:
    row: list[PlacedWord] | None = None
    is_heading = False
    for index, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            is_heading = token.nesting == 1
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            yield Segment(row or [], "row")
            row = None
        elif token.type in CODE:
            matches = TOKEN.finditer(token.content)
            yield Segment(
                [PlacedWord(_value(match[0]), match[0], index, match.start(), match.end()) for match in matches], "code"
            )
        elif token.type == "inline" and row is not None:
            row += [*([PlacedWord(BETWEEN_CELLS, BETWEEN_CELLS, index, 0, 0)] if row else []), *_pieces(token, index)]
        elif token.type == "inline":
            words = _pieces(token, index)
            yield from [Segment(words, "heading")] if is_heading else map(Segment, _sentences(words, _masked(token)))


def _sentences(words: Sequence[PlacedWord], masked: str) -> Iterator[list[PlacedWord]]:
    """Yield ``words`` by the sentences of their block. White space between two sentences is left out."""
    position = 0
    for begin, end in split_sentences(masked):
        within: list[PlacedWord] = []
        while position < len(words) and words[position].start < end:
            if words[position].end > begin:
                within.append(words[position])
            position += 1
        yield within


def _masked(inline: Token) -> str:
    """Return the plain words of a block, with code hidden from the search for sentence ends."""
    return "".join(
        "x" * len(shown) if child.type == "code_inline" else shown
        for child in inline.children or []
        for shown in [token_words(child)]
    )


def _pieces(inline: Token, index: int) -> list[PlacedWord]:
    letters: list[str] = []
    places: list[int] = []
    struck: set[int] = set()
    cited: dict[int, str] = {}
    place, is_struck = 0, False
    for child in inline.children or []:
        shown = token_words(child)
        if child.type in ("s_open", "s_close"):
            is_struck = child.nesting == 1
        else:
            if child.type in ("citation", REFERENCE):
                cited[place] = _written(child)
            for offset, letter in enumerate(shown):
                if not INVISIBLE.match(letter):
                    letters.append(letter)
                    places.append(place + offset)
                    if is_struck:
                        struck.add(place + offset)
        place += len(shown)
    words = []
    for match in TOKEN.finditer("".join(letters)):
        start, end = places[match.start()], places[match.end() - 1] + 1
        text = cited.get(start, match[0])
        value = STRUCK + text if start in struck and not text.isspace() else _value(text)
        words.append(PlacedWord(value, text, index, start, end))
    return words


def _written(token: Token) -> str:
    """Return a citation or a reference to a note as it is written."""
    if token.type == REFERENCE:
        return f"[^{token.meta['label']}]"
    items = (f"@{key}, {locator}" if locator else f"@{key}" for key, locator in token.meta["items"])
    return f"[{'; '.join(items)}]"


def _value(text: str) -> str:
    """Return the value that a word is compared by. All white space is equal."""
    return " " if text.isspace() else text
