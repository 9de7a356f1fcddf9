"""Reading grades: how many years of US school a text asks of its reader.

Flesch-Kincaid grade = 0.39 x words / sentences + 11.8 x syllables / words - 15.59 (Kincaid JP, Fishburne RP, Rogers
RL, Chissom BS. Derivation of new readability formulas for Navy enlisted personnel. Research Branch Report 8-75;
1975). SMOG grade = 3.1291 + 1.0430 x sqrt(30 x polysyllables / sentences), polysyllables being words of three syllables
or more (McLaughlin GH. SMOG grading: a new readability formula. J Reading. 1969;12(8):639-46), valid from 30
sentences on.

A list item is a sentence, whether it ends with a full stop or not; headings, tables and code are not counted. A word is
a run of letters, hyphens and apostrophes inside included; a number is a word of one syllable, whatever it is read as,
so that doses and years weigh alike.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d[\d.,]*")
PARTS = re.compile(r"[^\W\d_]+")
VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûü]+")

SILENT = re.compile(
    r"(?:[^aeiouyl]|[aeiouyl]l)(?:e|(?<![td])ed|(?<![sxzcg])(?<!sh)(?<!ch)es)\Z"
    r"|[^aeiouy]e(?=ly\Z|ful|less)|[^aeiouyl]e(?=ments?\Z)"
)
"""An e that is written and not spoken: dose, caused, capsules, likely, movement."""

APART = re.compile(
    r"(?<![ctsg])ia|(?<![ctsxg])io(?!n)|(?<!g)eo|(?<![qg])u[ao]|(?<!q)ue(?=n)|(?<![ct])ie(?=n[ct]|t)|iu"
    r"|[aeiou]+[^aeiou]+ea\Z|oea\Z|coa(?=g)|(?<=[bcr])ea(?=ct)|crea(?=t)|(?<=[eoy])ing|(?:is|th)ms?\Z"
)
"""Vowels that stand together and are spoken apart: diabetes, cardiology, video, nausea, being."""

KNOWN = {"acne": 2, "caries": 2, "diabetes": 4, "herpes": 2, "people": 2, "rabies": 2, "science": 2, "syncope": 3}
"""Common words that the rules get wrong."""

SMOG_SENTENCES = 30
"""Below this number of sentences SMOG says nothing, by McLaughlin's own account."""


@dataclass(frozen=True)
class Grades:
    """What was counted, and the grades; ``smog`` is None below 30 sentences."""

    sentences: int
    words: int
    flesch_kincaid: float
    smog: float | None

    @property
    def highest(self) -> float:
        """The grade that is held against an audience's target."""
        return max(self.flesch_kincaid, self.smog or self.flesch_kincaid)


def grades(sentences: Iterable[str]) -> Grades | None:
    """The grades of these sentences in plain words; None when there is not one word."""
    counted = [[syllables(word) for word in words(sentence)] for sentence in sentences]
    counted = [sentence for sentence in counted if sentence]
    if not counted:
        return None
    total = sum(map(len, counted))
    spoken = sum(map(sum, counted))
    long = sum(count >= 3 for sentence in counted for count in sentence)
    smog = 3.1291 + 1.0430 * math.sqrt(30 * long / len(counted)) if len(counted) >= SMOG_SENTENCES else None
    return Grades(
        sentences=len(counted),
        words=total,
        flesch_kincaid=0.39 * total / len(counted) + 11.8 * spoken / total - 15.59,
        smog=smog,
    )


def words(sentence: str) -> list[str]:
    """The words of a sentence as they are counted."""
    return WORD.findall(sentence)


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Syllables of an English word by its letters, at least one.

    Each run of vowels is one. A silent e is taken off, vowels spoken apart are added, parts around a hyphen are
    counted by themselves. Over running medical text the sum is within a few per cent of what is spoken; single words
    can be off by one.
    """
    return sum(_of_part(part) for part in PARTS.findall(word.lower())) or 1


def _of_part(part: str) -> int:
    if part in KNOWN:
        return KNOWN[part]
    runs = len(VOWELS.findall(part)) + len(APART.findall(part)) - len(SILENT.findall(part))
    return max(runs, 1)
