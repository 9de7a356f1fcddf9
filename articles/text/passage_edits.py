"""Finding words in Markdown as readers see them, and replacing them without losing citations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.text.rendering import BRACKETED, ITEM

UNSEEN = re.compile(
    r"(?<![ \t])[ \t]*+\[@[^\[\]]*+\]"  # citations: readers see a number
    r"|(?m:^[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+)"  # what makes a list item
    r"|\]\([^()\s]*\)"  # where a link leads
    r"|[\s*_`~\[\]\\#>|]"  # white space and the other signs of Markdown
)
"""Markup that readers do not see. It is ignored on both sides of a comparison."""

END = ".!?:;,"
"""A citation is inserted before the punctuation that ends the words."""


@dataclass(frozen=True)
class TextSpan:
    """The start and end index of a part of a text."""

    start: int
    end: int


def find_words(text: str, words: str) -> list[TextSpan]:
    """Return every place in ``text`` that reads as ``words``, ignoring line breaks, markup and citations.

    ``words`` may be quoted as they are read or as they are written in Markdown. A match inside a longer word does not
    count. Takes linear time.
    """
    needle = "".join(character for character, _ in _visible_characters(words))
    seen = list(_visible_characters(text))
    haystack = "".join(character for character, _ in seen)
    spans = []
    begin = haystack.find(needle) if needle else -1
    while begin >= 0:
        span = TextSpan(seen[begin][1], seen[begin + len(needle) - 1][1] + 1)
        if _stands_alone(text, span):
            spans.append(span)
        begin = haystack.find(needle, begin + 1)
    return spans


def _visible_characters(text: str) -> Iterator[tuple[str, int]]:
    """Yield the visible characters of ``text``, each with its index."""
    position = 0
    for unseen in UNSEEN.finditer(text):
        yield from ((text[index], index) for index in range(position, unseen.start()))
        position = unseen.end()
    yield from ((text[index], index) for index in range(position, len(text)))


def _stands_alone(text: str, span: TextSpan) -> bool:
    """Return whether no word crosses either end of ``span``."""
    edges = (text[max(span.start - 1, 0) : span.start + 1], text[span.end - 1 : span.end + 1])
    return not any(len(edge) == 2 and edge.isalnum() for edge in edges)


def replace_span(text: str, span: TextSpan, words: str) -> tuple[str, list[str]]:
    """Return ``text`` with ``words`` in place of ``span``, and the keys of citations that were moved.

    Works that ``span`` cites and ``words`` do not are cited at the end of ``words``.
    """
    present = {key for key, _ in _items(words)}
    lost = {key: item for key, item in _items(text[span.start : span.end]) if key not in present}
    new = words.strip()
    if lost:
        position = len(new.rstrip(END))
        new = f"{new[:position]} [{'; '.join(lost.values())}]{new[position:]}"
    return text[: span.start] + new + text[span.end :], list(lost)


def _items(text: str) -> Iterator[tuple[str, str]]:
    """Yield key and wording of each work that ``text`` cites."""
    for bracketed in BRACKETED.finditer(text):
        for item in map(ITEM.fullmatch, map(str.strip, bracketed[1].split(";"))):
            if item:
                yield item["key"], item[0]
