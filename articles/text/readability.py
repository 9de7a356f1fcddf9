"""Reading grades: the years of US school that a text requires.

Flesch-Kincaid grade = 0.39 x words / sentences + 11.8 x syllables / words - 15.59 (Kincaid JP, Fishburne RP, Rogers RL,
Chissom BS. Derivation of new readability formulas for Navy enlisted personnel. Research Branch Report 8-75; 1975). SMOG
grade = 3.1291 + 1.0430 x sqrt(30 x polysyllables / sentences), polysyllables being words of three syllables or more
(McLaughlin GH. SMOG grading: a new readability formula. J Reading. 1969;12(8):639-46), valid from 30 sentences on.

Each list item counts as a sentence, with or without a full stop. Headings, tables and code are not counted. A word is a
run of letters, including hyphens and apostrophes inside. A number counts as a word of one syllable, so that doses and
years weigh the same.
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
"""A silent e: dose, caused, capsules, likely, movement."""

APART = re.compile(
    r"(?<![ctsg])ia|(?<![ctsxg])io(?!n)|(?<!g)eo|(?<![qg])u[ao]|(?<!q)ue(?=n)|(?<![ct])ie(?=n[ct]|t)|iu"
    r"|(?<![aeiou])[aeiou]++[^aeiou]++ea\Z|oea\Z|coa(?=g)|(?<=[bcr])ea(?=ct)|crea(?=t)|(?<=[eoy])ing|(?:is|th)ms?\Z"
)
"""Adjacent vowels that are pronounced separately: diabetes, cardiology, video, nausea, being."""

KNOWN = {"acne": 2, "caries": 2, "diabetes": 4, "herpes": 2, "people": 2, "rabies": 2, "science": 2, "syncope": 3}
"""Common words for which the rules are wrong."""

SMOG_SENTENCES = 30
"""SMOG is undefined below this number of sentences, according to McLaughlin."""


@dataclass(frozen=True)
class Grades:
    """The counts and the grades; ``smog`` is None below 30 sentences."""

    sentences: int
    words: int
    flesch_kincaid: float
    smog: float | None

    @property
    def highest(self) -> float:
        """The grade that is compared with an audience's target."""
        return max(self.flesch_kincaid, self.smog or self.flesch_kincaid)


def grades(sentences: Iterable[str]) -> Grades | None:
    """Return the grades of these sentences of plain text; None if they contain no word."""
    syllable_counts = [[syllables(word) for word in sentence_words(sentence)] for sentence in sentences]
    syllable_counts = [sentence for sentence in syllable_counts if sentence]
    if not syllable_counts:
        return None
    total_words = sum(map(len, syllable_counts))
    total_syllables = sum(map(sum, syllable_counts))
    polysyllables = sum(count >= 3 for sentence in syllable_counts for count in sentence)
    smog = (
        3.1291 + 1.0430 * math.sqrt(30 * polysyllables / len(syllable_counts))
        if len(syllable_counts) >= SMOG_SENTENCES
        else None
    )
    return Grades(
        sentences=len(syllable_counts),
        words=total_words,
        flesch_kincaid=0.39 * total_words / len(syllable_counts) + 11.8 * total_syllables / total_words - 15.59,
        smog=smog,
    )


def sentence_words(sentence: str) -> list[str]:
    """Return the words of a sentence as they are counted."""
    return WORD.findall(sentence)


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Return the number of syllables of an English word, by its letters, at least one.

    Each run of vowels counts as one. Silent e is subtracted, and vowels pronounced separately are added. Parts around a
    hyphen are counted separately. Over medical prose the sum is within a few per cent of the spoken count; single words
    can be off by one.
    """
    return sum(_syllables_of_part(part) for part in PARTS.findall(word.lower())) or 1


def _syllables_of_part(part: str) -> int:
    if part in KNOWN:
        return KNOWN[part]
    runs = len(VOWELS.findall(part)) + len(APART.findall(part)) - len(SILENT.findall(part))
    return max(runs, 1)
