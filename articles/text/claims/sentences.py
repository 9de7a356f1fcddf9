"""Where a sentence of medical prose ends.

The rules look at the word before a stop and at what comes after it. They know English, abbreviations as clinical texts
use them, initials, decimals, doses, brackets and quotations. The time grows with the length of the text and no faster.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.claims.abbreviations import (
    BEFORE_NAMES,
    BEFORE_NUMBER,
    CAPITAL_DOTTED,
    LETTERED,
    LINKING,
    NEVER,
    OPENERS,
    SMALL_DOTTED,
    SOMETIMES,
)

MARK = "\ufffc"
"""Stands in a text for a citation."""

STOP = re.compile(r"(?P<stop>[.!?\u2026]+)(?P<close>[\"'\u201d\u2019\u00bb)\]]*)")
AFTER = re.compile(
    rf"(?P<gap>\s*)(?P<marks>(?:{MARK}\s*)*)(?P<opens>[\"'\u201c\u2018\u00ab(\[]*)(?P<word>[\w-]{{0,20}})"
)
OPENING = re.compile("[(\\[\u201c\u2018\"']")
REACH = 60
"""Characters before a stop that are looked at; two words fit in."""

SMALL_OPENER = re.compile(r"[a-z]{1,4}[A-Z]|p\d|[\u03b1-\u03c9]")
"""Names that begin small wherever they stand: mRNA, eGFR, pH, p53, \u03b2-blockers."""

PAIRS = {")": "(", "\u201d": "\u201c", "\u00bb": "\u00ab"}
ENCLOSING = re.compile("[()\u201c\u201d\u00ab\u00bb]")


@dataclass(frozen=True)
class _Stop:
    """A stop with what stands around it."""

    sign: str
    earlier: str
    word: str
    opens_sentence: bool
    apart: bool
    marks: str
    opens: str
    following: str

    @property
    def capital(self) -> bool:
        """Whether what comes next begins as sentences do."""
        first = self.following[:1]
        return first.isupper() or bool(SMALL_OPENER.match(self.following))

    @property
    def begins(self) -> bool:
        return self.capital or self.following[:1].isdigit()

    @property
    def opener(self) -> bool:
        return self.following[:1].isupper() and self.following.casefold() in OPENERS


def split(text: str) -> list[tuple[int, int]]:
    """The sentences of one paragraph as (start, end), without the white space between them.

    Citations stand in ``text`` as MARK. Those directly after a full stop belong to the sentence that it ends.
    """
    ends = [*_ends(text), len(text)]
    found, start = [], 0
    for end in ends:
        piece = text[start:end]
        if piece.strip():
            found.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
        start = end
    return found


def _ends(text: str) -> Iterator[int]:
    """The places at which a sentence ends and another follows."""
    enclosed, start = iter([*_enclosed(text), (len(text), len(text))]), 0
    opened, closed = next(enclosed)
    for found in STOP.finditer(text):
        while closed < found.start():
            opened, closed = next(enclosed)
        after = AFTER.match(text, found.end())
        if after is None or after.end("marks") in (found.end(), len(text)):
            continue  # nothing between this and what follows, or nothing follows
        inside = opened < found.start() and found.end() <= closed
        if inside and text[start:opened].strip(f" {MARK}"):
            continue  # in brackets or quotation marks that stand inside a sentence
        stop = _around(text, found, after, start=start)
        if _ends_sentence(stop):
            start = after.end("marks")
            yield start
        elif _cites_next(stop):
            start = after.end("gap")
            yield start


def _enclosed(text: str) -> list[tuple[int, int]]:
    """Outermost brackets and quotations that are closed again, in order."""
    spans: list[tuple[int, int]] = []
    open_ones: list[tuple[str, int]] = []
    for found in ENCLOSING.finditer(text):
        sign, place = found[0], found.start()
        if sign not in PAIRS:
            open_ones.append((sign, place))
        elif open_ones and open_ones[-1][0] == PAIRS[sign]:
            begin = open_ones.pop()[1]
            while spans and spans[-1][0] > begin:
                spans.pop()
            spans.append((begin, place))
    return spans


def _around(text: str, found: re.Match[str], after: re.Match[str], *, start: int) -> _Stop:
    begin = max(start, found.start() - REACH)
    before = text[begin : found.start()].replace(MARK, " ")
    words = before.rsplit(maxsplit=2)
    word = OPENING.split(words.pop())[-1] if before.strip() and not before[-1].isspace() else ""
    return _Stop(
        sign=found["stop"],
        earlier=words[-1] if words else "",
        word=word,
        opens_sentence=begin == start and not before.removesuffix(word).strip(),
        apart=bool(after["gap"]),
        marks=after["marks"],
        opens=after["opens"],
        following=after["word"],
    )


def _ends_sentence(stop: _Stop) -> bool:
    if stop.sign == ".":
        rule = _rule_of(stop)
        if rule is not None:
            return rule
    return stop.begins


def _rule_of(stop: _Stop) -> bool | None:
    """What the word before a full stop says: True, False, or None when it is a word like any other."""
    word = stop.word.casefold()
    if len(word) == 1 and stop.word.isupper():
        return stop.begins and not _is_initial(stop)
    if word in NEVER or (word in BEFORE_NUMBER and stop.following[:1].isdigit()):
        return False
    if word in SOMETIMES or SMALL_DOTTED.fullmatch(stop.word):
        return stop.capital and not (word == "al" and stop.opens)  # et al. (Lancet 2013)
    if word in BEFORE_NAMES or CAPITAL_DOTTED.fullmatch(stop.word):
        return stop.opener
    return False if stop.opens_sentence and word.isdigit() else None


def _is_initial(stop: _Stop) -> bool:
    """Whether a single capital is somebody's first name, and no vitamin."""
    earlier = stop.earlier.strip("(,;[").casefold()
    if stop.opener or stop.following[:1].isdigit() or earlier.rpartition("-")[2] in LETTERED:
        return False
    return not stop.earlier[:1].islower() or earlier in LINKING


def _cites_next(stop: _Stop) -> bool:
    """Whether the citation after a full stop is the subject of the next sentence: "… ended. [@a] found none."."""
    return stop.sign == "." and stop.apart and bool(stop.marks) and _rule_of(stop) is None and stop.following != ""
