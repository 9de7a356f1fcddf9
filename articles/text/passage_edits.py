"""Finding words in Markdown as a reader saw them, and putting others in their place without losing a citation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.rendering import BRACKETED, ITEM

UNSEEN = re.compile(
    r"[ \t]*\[@[^\[\]]*\]"  # citations: readers see a number
    r"|(?m:^[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+)"  # what makes a list item
    r"|\]\([^()\s]*\)"  # where a link leads
    r"|[\s*_`~\[\]\\#>|]"  # white space and the other signs of Markdown
)
"""What is in the text and not in its words; all of it is passed over on both sides of a comparison."""

END = re.compile(r"[.!?:;,]*\s*\Z")
"""A citation is put before the sign that ends the words."""


@dataclass(frozen=True)
class Passage:
    """A part of a text: from where to where in it."""

    start: int
    end: int


def passages(text: str, words: str) -> list[Passage]:
    """Every place of ``text`` that reads as ``words``, whatever the line ends, markup and citations between them.

    ``words`` may be quoted as they are read or as they are written. A place inside a longer word is none. Takes time
    in proportion to the length of the text.
    """
    needle = "".join(text_of for text_of, _ in _seen(words))
    seen = list(_seen(text))
    haystack = "".join(character for character, _ in seen)
    found = []
    begin = haystack.find(needle) if needle else -1
    while begin >= 0:
        passage = Passage(seen[begin][1], seen[begin + len(needle) - 1][1] + 1)
        if _stands_alone(text, passage):
            found.append(passage)
        begin = haystack.find(needle, begin + 1)
    return found


def _seen(text: str) -> Iterator[tuple[str, int]]:
    """The characters of the words in ``text``, each with its place."""
    position = 0
    for unseen in UNSEEN.finditer(text):
        yield from ((text[index], index) for index in range(position, unseen.start()))
        position = unseen.end()
    yield from ((text[index], index) for index in range(position, len(text)))


def _stands_alone(text: str, passage: Passage) -> bool:
    """Whether no word goes on over either end of ``passage``."""
    edges = (text[max(passage.start - 1, 0) : passage.start + 1], text[passage.end - 1 : passage.end + 1])
    return not any(len(edge) == 2 and edge.isalnum() for edge in edges)


def replaced(text: str, passage: Passage, words: str) -> tuple[str, list[str]]:
    """``text`` with ``words`` instead of ``passage``, and the keys of works put behind them.

    What the passage cites and ``words`` do not would be lost; it is cited at the end of ``words``.
    """
    present = {key for key, _ in _items(words)}
    lost = {key: item for key, item in _items(text[passage.start : passage.end]) if key not in present}
    new = words.strip()
    if lost:
        ends = END.search(new)
        at = ends.start() if ends else len(new)
        new = f"{new[:at]} [{'; '.join(lost.values())}]{new[at:]}"
    return text[: passage.start] + new + text[passage.end :], list(lost)


def _items(text: str) -> Iterator[tuple[str, str]]:
    """Key and wording of each work that ``text`` cites."""
    for bracketed in BRACKETED.finditer(text):
        for item in map(ITEM.fullmatch, map(str.strip, bracketed[1].split(";"))):
            if item:
                yield item["key"], item[0]
