"""Splitting medical prose into sentences.

The rules look at the word before a full stop and at what follows it. They know English, abbreviations in clinical
texts, initials, decimals, doses, brackets and quotations. Takes linear time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.text.claims.abbreviations import (
    ACRONYM,
    BEFORE_NAMES,
    BEFORE_NUMBER,
    CAPITAL_DOTTED,
    LETTERED,
    LINKING,
    NEVER,
    NEVER_AS_WRITTEN,
    NUMBERED,
    OPENERS,
    SMALL_DOTTED,
    SOMETIMES,
)

MARK = "\ufffc"
"""Stands for a citation in a text."""

STOP = re.compile(r"(?P<stop>[.!?\u2026]+)(?P<close>[\"'\u201d\u2019\u00bb)\]]*)")
AFTER = re.compile(
    rf"(?P<gap>\s*)(?P<marks>(?:{MARK}\s*)*)(?P<opens>[\"'\u201c\u2018\u00ab(\[]*)(?P<word>[\w-]{{0,20}})"
)
PART_LETTER = re.compile(r"\(?(?:[a-z]|[ivx]{1,4})\)\s")
"""Begins the legend of one part of a figure: "(a) Before treatment."."""

OPENING = re.compile("[(\\[\u201c\u2018\"']")
REACH = 60
"""Characters before a full stop that are examined; two words fit in."""

SMALL_OPENER = re.compile(r"[a-z]{1,4}[A-Z]|p\d|[\u03b1-\u03c9]")
"""Names that are never capitalised: mRNA, eGFR, pH, p53, \u03b2-blockers."""

PAIRS = {")": "(", "\u201d": "\u201c", "\u00bb": "\u00ab"}
ENCLOSING = re.compile("[()\u201c\u201d\u00ab\u00bb]")


@dataclass(frozen=True)
class _Stop:
    """A full stop with its surroundings."""

    sign: str
    earlier: str
    word: str
    opens_sentence: bool
    apart: bool
    marks: str
    opens: str
    following: str
    opens_part: bool

    @property
    def capital(self) -> bool:
        """Return whether the next word begins like a sentence."""
        first = self.following[:1]
        return self.opens_part or first.isupper() or bool(SMALL_OPENER.match(self.following))

    @property
    def begins(self) -> bool:
        return self.capital or self.following[:1].isdigit()

    @property
    def opener(self) -> bool:
        return self.following[:1].isupper() and self.following.casefold() in OPENERS


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of one paragraph as (start, end), without the white space between them.

    Citations in ``text`` are MARK. Those directly after a full stop belong to the sentence that it ends.
    """
    ends = [*_ends(text), len(text)]
    sentences, start = [], 0
    for end in ends:
        sentence = text[start:end]
        if sentence.strip():
            sentences.append((start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip())))
        start = end
    return sentences


def _ends(text: str) -> Iterator[int]:
    """Yield the positions at which a sentence ends and another one follows."""
    enclosed, start = iter([*_enclosed(text), (len(text), len(text))]), 0
    opened, closed = next(enclosed)
    for match in STOP.finditer(text):
        while closed < match.start():
            opened, closed = next(enclosed)
        after = AFTER.match(text, match.end())
        if after is None or after.end("marks") in (match.end(), len(text)):
            continue  # nothing between this and what follows, or nothing follows
        inside = opened < match.start() and match.end() <= closed
        if inside and text[start:opened].strip(f" {MARK}"):
            continue  # in brackets or quotation marks that stand inside a sentence
        stop = _stop_at(text, match, after, start=start)
        if _ends_sentence(stop):
            start = after.end("marks")
            yield start
        elif _cites_next(stop):
            start = after.end("gap")
            yield start


def _enclosed(text: str) -> list[tuple[int, int]]:
    """Return the outermost closed brackets and quotations, in order."""
    spans: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for match in ENCLOSING.finditer(text):
        sign, place = match[0], match.start()
        if sign not in PAIRS:
            opened.append((sign, place))
        elif opened and opened[-1][0] == PAIRS[sign]:
            begin = opened.pop()[1]
            while spans and spans[-1][0] > begin:
                spans.pop()
            spans.append((begin, place))
    return spans


def _stop_at(text: str, match: re.Match[str], after: re.Match[str], *, start: int) -> _Stop:
    begin = max(start, match.start() - REACH)
    before = text[begin : match.start()].replace(MARK, " ")
    words = before.rsplit(maxsplit=2)
    word = OPENING.split(words.pop())[-1] if before.strip() and not before[-1].isspace() else ""
    return _Stop(
        sign=match["stop"],
        earlier=words[-1] if words else "",
        word=word,
        opens_sentence=begin == start and not before.removesuffix(word).strip(),
        apart=bool(after["gap"]),
        marks=after["marks"],
        opens=after["opens"],
        following=after["word"],
        opens_part=PART_LETTER.match(text, after.end("marks")) is not None,
    )


def _ends_sentence(stop: _Stop) -> bool:
    if stop.sign == ".":
        rule = _rule_of(stop)
        if rule is not None:
            return rule
    return stop.begins


def _rule_of(stop: _Stop) -> bool | None:
    """Return what the word before a full stop implies: True, False, or None for an ordinary word or an acronym."""
    if ACRONYM.fullmatch(stop.word):
        return False if stop.word in NUMBERED and stop.following[:1].isdigit() else None
    word = stop.word.casefold()
    if len(word) == 1 and stop.word.isupper():
        return stop.begins and not _is_initial(stop)
    if word in NEVER or stop.word in NEVER_AS_WRITTEN or (stop.opens_sentence and word == "ca"):
        return False
    if word in BEFORE_NUMBER and stop.following[:1].isdigit():
        return False
    if word in SOMETIMES or SMALL_DOTTED.fullmatch(stop.word):
        return stop.capital and not (word == "al" and stop.opens)  # et al. (Lancet 2013)
    if word in BEFORE_NAMES or CAPITAL_DOTTED.fullmatch(stop.word):
        return stop.opener
    return False if stop.opens_sentence and word.isdigit() else None


def _is_initial(stop: _Stop) -> bool:
    """Return whether a single capital is the initial of a name, not of a vitamin or the like."""
    earlier = stop.earlier.strip("(,;[").casefold()
    if stop.opener or stop.following[:1].isdigit() or earlier.rpartition("-")[2] in LETTERED:
        return False
    return not stop.earlier[:1].islower() or earlier in LINKING


def _cites_next(stop: _Stop) -> bool:
    """Return whether the citation after a full stop begins the next sentence: "… ended. [@a] found none."."""
    return stop.sign == "." and stop.apart and bool(stop.marks) and _rule_of(stop) is None and stop.following != ""
