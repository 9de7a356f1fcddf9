"""Reading grades: the years of US school that a text requires.

Flesch-Kincaid grade = 0.39 x words / sentences + 11.8 x syllables / words - 15.59 (Kincaid JP, Fishburne RP, Rogers RL,
Chissom BS. Derivation of new readability formulas for Navy enlisted personnel. Research Branch Report 8-75; 1975). SMOG
grade = 3.1291 + 1.0430 x sqrt(30 x polysyllables / sentences), polysyllables being words of three syllables or more
(McLaughlin GH. SMOG grading: a new readability formula. J Reading. 1969;12(8):639-46), valid from 30 sentences on.

Each list item counts as a sentence, with or without a full stop. Headings, tables and code are not counted. A word is a
run of letters, including hyphens and apostrophes inside. A number counts as a word of one syllable, so that doses and
years weigh the same. An acronym has the syllables of its letters, as it is spoken: three in HIV and MRI, four in COPD.
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

KNOWN = {
    "acne": 2,
    "caries": 2,
    "diabetes": 4,
    "herpes": 2,
    "people": 2,
    "rabies": 2,
    "science": 2,
    "syncope": 3,
    "bipap": 2,
    "cabg": 2,
    "cpap": 2,
    "dmard": 2,
    "nsaid": 2,
}
"""Common words for which the rules are wrong."""

ACRONYM = re.compile(r"([a-z]{0,2}[A-Z]{2,5}|Ig[A-Z]|pH)s?")
"""HIV, MRIs, mRNA, eGFR, IgG. Longer runs of capitals are words: WARNING."""

ACRONYMS_READ_AS_WORDS = (
    "aids cabg covid cpap dmard dress elisa fast gaba gerd gord jak laser lasik mers nasa nice nsaid pet rice sars"
    " smart tens tips torch"
)
EMPHASISED = (
    "a after all also always and any are ask at avoid be both but by call can daily day days do each else even every"
    " few first for from give had has have help high how if in is it keep less long low many may more most must never"
    " new next no none not note now of off often on once one only or other out per safe same slow stop such take"
    " than that the then these they this those to too twice two under until up use very was what when which will with"
    " yes you your"
)
SPOKEN_AS_WORDS = frozenset((*ACRONYMS_READ_AS_WORDS.split(), *EMPHASISED.split()))
"""Words in capitals that are not spelled out, in lower case. ALL and OR are taken for words."""

SYLLABLES_OF_W = 3

CAPITAL_WORDS = 3
"""Words of a sentence in capitals, at least: "HIV" and "MRI, CT" are lists of acronyms."""

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
    in_case = (sentence.lower() if _is_in_capitals(sentence) else sentence for sentence in sentences)
    syllable_counts = [[syllables(word) for word in sentence_words(sentence)] for sentence in in_case]
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


def _is_in_capitals(sentence: str) -> bool:
    """Return whether a whole sentence is written in capitals, which then mark no acronyms."""
    return sentence.isupper() and len(sentence_words(sentence)) >= CAPITAL_WORDS


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
    return sum(_syllables_of_part(part) for part in PARTS.findall(word)) or 1


def _syllables_of_part(written: str) -> int:
    acronym = ACRONYM.fullmatch(written)
    part = (acronym[1] if acronym else written).lower()
    if acronym and part not in SPOKEN_AS_WORDS:
        return len(part) + (SYLLABLES_OF_W - 1) * part.count("w")
    if part in KNOWN:
        return KNOWN[part]
    runs = len(VOWELS.findall(part)) + len(APART.findall(part)) - len(SILENT.findall(part))
    return max(runs, 1)
