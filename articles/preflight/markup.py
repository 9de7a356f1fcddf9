"""The plain words of a parsed text, with the lines on which they stand."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token


def plain_blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """The plain words of each block, its line ends kept, and its first line. Code and citations are left out."""
    for token in tokens:
        if token.children:
            yield "".join(map(_plain, token.children)), first_line(token)


def _plain(child: Token) -> str:
    return "\n" * breaks(child) or (child.content if child.type == "text" else " ")


def addresses(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Where each link leads, and its line."""
    for token in tokens:
        line = first_line(token)
        for child in token.children or []:
            if child.type == "link_open":
                yield str(child.attrs["href"]), line
            line += breaks(child)


def first_line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def breaks(child: Token) -> int:
    """The line ends that an inline token stands for."""
    return child.meta["breaks"] if child.type == "citation" else int(child.type in ("softbreak", "hardbreak"))


def find(pattern: re.Pattern[str], words: str, *, first: int) -> Iterator[tuple[str, int]]:
    """What ``pattern`` finds in ``words``, on one line, with its line; ``words`` begin at line ``first``."""
    line, seen = first, 0
    for found in pattern.finditer(words):
        line, seen = line + words.count("\n", seen, found.start()), found.start()
        yield " ".join(found[0].split()), line
