"""A text as plain passages: what a reader may find, with the numbers of the works cited there."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from articles.rendering import parse, plain_text

WORD = re.compile(r"[^\W_]+")
BEFORE_SIGN = re.compile(r"\s+([.,;:!?])")


@dataclass(frozen=True)
class Found:
    """A paragraph, list item or table row, and the heading it stands under."""

    heading: str
    text: str


def passages(body: str, *, numbers: Mapping[str, int]) -> list[Found]:
    """The passages of ``body`` in reading order. Headings are none, they belong to what follows them."""
    return [found for found in _passages(parse(body), numbers) if found.text]


def _passages(tokens: Sequence[Token], numbers: Mapping[str, int]) -> Iterator[Found]:
    heading, cells, opened = "", None, ""
    for token in tokens:
        opened = token.type if token.nesting == 1 else opened
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            yield Found(heading, " | ".join(filter(None, cells or [])))
            cells = None
        elif token.type == "inline" and opened == "heading_open":
            heading = plain_text(token)
        elif token.type == "inline" and cells is not None:
            cells.append(_numbered(token, numbers))
        elif token.type == "inline":
            yield Found(heading, _numbered(token, numbers))


def _numbered(inline: Token, numbers: Mapping[str, int]) -> str:
    text = "".join(_shown(child, numbers) for child in inline.children or [])
    return BEFORE_SIGN.sub(r"\1", " ".join(text.split()))


def _shown(child: Token, numbers: Mapping[str, int]) -> str:
    if child.type == "citation":
        cited = dict.fromkeys(numbers[key] for key, _ in child.meta["items"] if key in numbers)
        return f" [{', '.join(map(str, cited))}]" if cited else ""
    return " " if child.type in ("softbreak", "hardbreak") else child.content


def words(text: str) -> list[str]:
    """The words of ``text`` in small letters without accents, in order."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return WORD.findall(bare.lower())
