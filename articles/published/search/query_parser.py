"""Parse a reader's query: its words, their corrections and synonyms, and the parameters of the SQL statement.

Input consists of words and separators only. No character is an operator, so no input can be one of PostgreSQL's.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from articles.models.json_rows import instance_from_row
from articles.models.search import stem, terms_of
from articles.published.prepared_queries import look_up
from articles.published.search.medicines import looks_like_a_medicine
from articles.published.search.spelling import Candidate, reads_as
from editorial.models import EditorialPolicy
from editorial.sql_files import statement
from editorial.text_normalisation import normalised_words

MOST_WORDS = 40
"""Maximum number of different words of a query that are used. A question has fewer."""

TYPED_WORDS = statement(__package__, "typed_words")


class Correction(NamedTuple):
    """A word that is in no public text, with the words that replace it."""

    typed: str
    read_as: tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """A word or phrase of the query, with everything that matches it.

    If it was corrected, words that were not typed weigh less. It is unknown if no public text has it in any form and it
    was not corrected. Names of medicines are needed, because a text without them is hardly an answer. So are words that
    could be corrected but must match exactly.
    """

    word: str
    phrases: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    is_unknown: bool = False
    is_needed: bool = False

    def ways(self) -> Iterator[tuple[str, str, bool]]:
        """Yield every match of this unit: "plain" or "phrase", the words, and whether they were typed."""
        yield from (("plain", word, True) for word in (self.word, *self.begun))
        yield from (("phrase", phrase, not self.corrections) for phrase in (*self.phrases, *self.near))


@dataclass(frozen=True)
class Reading:
    """A parsed query: its units in order, the policy in force, if any, and whether the values of the filters exist."""

    text: str
    units: Sequence[Unit] = ()
    policy: EditorialPolicy | None = None
    knows_specialty: bool = False
    knows_audience: bool = False

    @property
    def corrections(self) -> list[Correction]:
        return [correction for unit in self.units for correction in unit.corrections]

    @property
    def unknown(self) -> list[str]:
        return [unit.word for unit in self.units if unit.is_unknown]

    @property
    def sought(self) -> Sequence[Unit]:
        """The units that a passage must match: those that are not unknown, or all if every unit is unknown."""
        return [unit for unit in self.units if not unit.is_unknown] or self.units


def ways_of(units: Sequence[Unit]) -> dict[str, list[object]]:
    """Return every match of each of ``units``, as parameters of a statement; ``units`` has the index of the unit."""
    ways = [(place, *way) for place, unit in enumerate(units) for way in unit.ways()]
    return {name: [way[column] for way in ways] for column, name in enumerate(("units", "kinds", "words", "exact"))}


class _TypedWord(NamedTuple):
    """A typed word with similar words of public texts, as PostgreSQL returned them."""

    word: str
    is_empty: bool
    is_unknown: bool
    near: Sequence[str] | None
    likeness: Sequence[float] | None


@dataclass(frozen=True)
class _Word:
    text: str
    is_empty: bool
    is_unknown: bool
    is_needed: bool
    near: tuple[str, ...]

    def is_like(self, stemmed: str) -> bool:
        return stemmed in {stem(form) for form in (self.text, *self.near)}

    def read_as(self, stems: Collection[str]) -> tuple[str, ...]:
        """Return its similar words whose stems are in ``stems``, or none if its own stem is one of them."""
        return () if stem(self.text) in stems else tuple(form for form in self.near if stem(form) in stems)


def read(
    text: str,
    *,
    at: datetime,
    specialty: str = "",
    audience: str = "",
    unheeded: Collection[str] = (),
    is_being_typed: bool = False,
    exact: bool = False,
) -> Reading:
    """Parse ``text`` with the words of the texts that readers see at the time ``at``. ``unheeded`` words are ignored.

    If it ``is_being_typed``, its last word may be the beginning of a word. If ``exact``, no word is corrected. One
    query for a text of any length.
    """
    typed = list(dict.fromkeys(normalised_words(text)))[:MOST_WORDS]
    last = typed[-1] if is_being_typed and not exact and typed and len(typed[-1]) > 2 else None
    given = {
        "at": at,
        "typed": typed,
        "heeded": [word not in unheeded for word in typed],
        "begun": last and f"{last}_%",  # letters and digits only
        "specialty": specialty,
        "audience": audience,
    }
    [(read_words, synonyms, products, begun, policy, knows_specialty, knows_audience)] = look_up(TYPED_WORDS, given)
    medicines = {word for name in products for word in normalised_words(name)}
    parsed_words = [_parsed_word(_TypedWord(*word), medicines=medicines, exact=exact) for word in read_words or ()]
    units = list(_units(parsed_words, [terms_of(terms) for terms in synonyms or ()], begun=begun, unheeded=unheeded))
    in_force = instance_from_row(EditorialPolicy, policy) if policy else None
    return Reading(text, units, in_force, knows_specialty, knows_audience)


def _parsed_word(typed_word: _TypedWord, *, medicines: Collection[str], exact: bool) -> _Word:
    """Return the word with its possible corrections."""
    candidates = map(Candidate, typed_word.near or (), typed_word.likeness or ())
    near = reads_as(typed_word.word, list(candidates), medicines=medicines) if typed_word.is_unknown else ()
    return _Word(
        text=typed_word.word,
        is_empty=typed_word.is_empty,
        is_unknown=typed_word.is_unknown,
        is_needed=looks_like_a_medicine(typed_word.word) or (exact and bool(near)),
        near=() if exact else near,
    )


def _units(
    parsed_words: Sequence[_Word], synonyms: Sequence[Sequence[str]], *, begun: Sequence[str], unheeded: Collection[str]
) -> Iterator[Unit]:
    """Yield the units: the longest synonym that begins at a word, or else the word itself.

    A unit of only the last word also matches the words in ``begun``.
    """
    groups = [(normalised_words(term), terms) for terms in synonyms for term in terms]
    place = 0
    while place < len(parsed_words):
        matching = [group for group in groups if _stands_at(parsed_words, place, group[0])]
        taken = max((len(parts) for parts, _ in matching), default=1)
        longest = [(parts, terms) for parts, terms in matching if len(parts) == taken]
        those = parsed_words[place : place + taken]
        place += taken
        if longest or not (those[0].is_empty or those[0].text in unheeded):
            yield _unit(those, longest, begun=tuple(begun) if taken == 1 and place == len(parsed_words) else ())


def _unit(
    those: Sequence[_Word], longest: Sequence[tuple[Sequence[str], Sequence[str]]], *, begun: tuple[str, ...]
) -> Unit:
    """Return these words as one unit, with the synonyms that they match, if any."""
    near = those[0].near if len(those) == 1 else ()
    meant = [
        {stem(parts[place]) for parts, _ in longest} | {stem(form) for form in near} for place in range(len(those))
    ]
    read = [(word.text, word.read_as(stems)) for word, stems in zip(those, meant, strict=True)]
    corrections = tuple(Correction(typed, read_as) for typed, read_as in read if read_as)
    return Unit(
        word=" ".join(word.text for word in those),
        phrases=tuple(dict.fromkeys(term for _, terms in longest for term in terms)),
        near=near,
        begun=begun,
        corrections=corrections,
        is_unknown=those[0].is_unknown and not (longest or near or begun),
        is_needed=those[0].is_needed,
    )


def _stands_at(parsed_words: Sequence[_Word], place: int, parts: Sequence[str]) -> bool:
    there = parsed_words[place : place + len(parts)]
    return len(there) == len(parts) and all(word.is_like(stem(part)) for word, part in zip(there, parts, strict=True))
