"""The plain words of a parsed text, with their lines."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token


def plain_blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield the plain words of each block, with line ends, and its first line.

    Code and citations are left out.
    """
    for token in tokens:
        if token.children:
            plain = (
                "\n" * line_breaks(child) or (child.content if child.type == "text" else " ")
                for child in token.children
            )
            yield "".join(plain), first_line(token)


def link_targets(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield the target of each link, and its line."""
    for token in tokens:
        line = first_line(token)
        for child in token.children or []:
            if child.type == "link_open":
                yield str(child.attrs["href"]), line
            line += line_breaks(child)


def first_line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def line_breaks(child: Token) -> int:
    """Return the number of line ends that an inline token stands for."""
    return child.meta["breaks"] if child.type == "citation" else int(child.type in ("softbreak", "hardbreak"))


def find_with_lines(pattern: re.Pattern[str], words: str, *, first: int) -> Iterator[tuple[str, int]]:
    """Yield each match of ``pattern`` in ``words``, on one line, with its line; ``words`` begin at line ``first``."""
    for match, line in matches_with_lines(pattern, words, first=first):
        yield " ".join(match[0].split()), line


def matches_with_lines(pattern: re.Pattern[str], words: str, *, first: int) -> Iterator[tuple[re.Match[str], int]]:
    """As ``find_with_lines``, with the match itself."""
    line, position = first, 0
    for match in pattern.finditer(words):
        line, position = line + words.count("\n", position, match.start()), match.start()
        yield match, line
