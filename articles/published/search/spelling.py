"""Correct words that are in no public text. A correction fixes a typing error, and never changes the meaning.

A word is not corrected to its opposite, to another number or to another medicine. docs/search.md describes how the
limits were found.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from articles.published.search.medicines import looks_like_a_medicine

LIKE = 0.5
"""Minimum trigram similarity of a word with two typing errors. With one error any similarity is enough."""

NEAR = 3
"""Maximum number of corrections for one word."""

SOUNDS = {
    "ph": "f",
    "th": "t",
    "rh": "r",
    "ch": "k",
    "ck": "k",
    "qu": "k",
    "ae": "e",
    "oe": "e",
    "y": "i",
    "z": "s",
    "c": "k",
}
"""Spellings of the same sound, the longer first. To write one for another is not counted as an error."""

DOUBLED = re.compile(r"(.)\1")
FIGURES = re.compile(r"\d+")

NEGATING = ("un", "non", "in", "im", "il", "ir", "dis", "de", "a", "an", "anti", "counter", "contra")
"""Prefixes that make the opposite of a word. A correction never removes or adds one."""

OPPOSITE_BEGINNINGS = (
    ("hypo", "hyper"),
    ("homo", "hetero"),
    ("pre", "post", "pro"),
    ("ante", "anti", "post"),
    ("intra", "inter", "extra", "infra"),
    ("macro", "micro"),
    ("tachy", "brady"),
    ("endo", "exo", "ecto"),
    ("super", "supra", "sub", "infra"),
    ("over", "under"),
    ("mono", "uni", "bi", "di", "tri", "multi", "poly"),
    ("ab", "ad"),
    ("eu", "dys"),
)
"""Groups of prefixes. A correction never replaces a prefix with another one of its group."""


class Candidate(NamedTuple):
    """A word of a public text, with its trigram similarity to the typed word."""

    word: str
    likeness: float


def reads_as(typed: str, candidates: Sequence[Candidate], *, medicines: Collection[str]) -> tuple[str, ...]:
    """Return the words of ``candidates`` that can correct ``typed``. ``candidates`` has the most similar first.

    Returns none if ``typed`` is one of the site's ``medicines``. Also returns none if the corrections are different
    medicines or opposites of each other, because the intended one is unknown.
    """
    if typed in medicines:
        return ()
    away = {one.word: slips(typed, one.word) for one in candidates if _may_be(typed, one, medicines=medicines)}
    nearest = [word for word, count in away.items() if count == min(away.values())][:NEAR]
    if any(_differ(one, other, medicines=medicines) for one, other in combinations(nearest, 2)):
        return ()
    return tuple(nearest)


def _may_be(typed: str, other: Candidate, *, medicines: Collection[str]) -> bool:
    away = slips(typed, other.word)
    heard, meant = sounds(typed), sounds(other.word)
    of_medicines = _is_medicine(typed, other.word, medicines=medicines)
    return (
        away <= (1 if of_medicines or other.likeness < LIKE else 2)
        and heard[0] == meant[0]
        and (heard[-1] == meant[-1] or not of_medicines)
        and FIGURES.findall(typed) in ([], FIGURES.findall(other.word))
        and not _is_opposite(typed, other.word, away=away)
    )


def _differ(one: str, other: str, *, medicines: Collection[str]) -> bool:
    away = slips(one, other)
    return (_is_medicine(one, other, medicines=medicines) and away > 1) or _is_opposite(one, other, away=away)


def _is_medicine(*words: str, medicines: Collection[str]) -> bool:
    return any(word in medicines or looks_like_a_medicine(word) for word in words)


def _is_opposite(typed: str, other: str, *, away: int) -> bool:
    """Whether ``typed`` is nearer to an opposite of ``other`` than to ``other``.

    For prefixes that replace each other, it is enough to be as near.
    """
    return any(slips(typed, word) < away for word in _negated(other)) or any(
        slips(typed, word) <= away for word in _turned(other)
    )


def _negated(word: str) -> Iterator[str]:
    """Yield ``word`` with each negating prefix, and without the one that it has."""
    for beginning in NEGATING:
        yield beginning + word
        if word.startswith(beginning):
            yield word.removeprefix(beginning)


def _turned(word: str) -> Iterator[str]:
    """Yield ``word`` with its prefix replaced by others of the same group, also after a negating prefix."""
    for negating in NEGATING:
        if len(negating) > 1 and word.startswith(negating):
            yield from (negating + turned for turned in _turned(word.removeprefix(negating)))
    for line in OPPOSITE_BEGINNINGS:
        for beginning in line:
            if word.startswith(beginning):
                yield from (other + word.removeprefix(beginning) for other in line if other != beginning)


def sounds(word: str) -> str:
    """Return an approximate phonetic form of ``word``: without doubled characters and without a final e."""
    for written, sound in SOUNDS.items():
        word = word.replace(written, sound)
    return DOUBLED.sub(r"\1", word).removesuffix("e")


def slips(one: str, other: str) -> int:
    """Return the edit distance of the phonetic forms: characters omitted, added, replaced or swapped with the next."""
    one, other = sounds(one), sounds(other)
    before, last = [0], list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        now = [row]
        for column, its in enumerate(other, 1):
            least = min(last[column] + 1, now[-1] + 1, last[column - 1] + (sign != its))
            if row > 1 and column > 1 and sign == other[column - 2] and one[row - 2] == its:
                least = min(least, before[column - 2] + 1)
            now.append(least)
        before, last = last, now
    return last[-1]
