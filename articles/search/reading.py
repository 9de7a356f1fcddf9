"""Reading what somebody typed: words, what else they may have meant by each, and how PostgreSQL is asked for it.

Whatever is typed is words and what parts them: no sign is an operator, so nothing typed can be one of PostgreSQL's.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, reduce
from operator import or_

from django.contrib.postgres.search import SearchQuery

from articles.along import made
from articles.models import Word
from articles.models.search import CONFIG, stem, terms_of
from articles.reading.direct import look_up
from articles.search.statements import AT, literal
from editorial.models import EditorialPolicy
from editorial.wording import words

MOST_WORDS = 40
"""Different words that are looked at; a question has fewer."""

LIKE = 0.36
"""How similar a word must be to one that is shown nowhere, by trigrams, to be taken for it. See docs/search.md."""

MOST_UNKNOWN = 6
"""Words shown nowhere that are taken for others: looking for one of them takes longer than all the rest."""

CLOSE = 20
"""Of how many kept words, the most similar ones, it is looked whether they are shown."""

NEAR = 3
"""For how many words one that is shown nowhere may stand."""

BEGUN = 20
"""How many kept words, the shortest ones, may have been meant by their beginning."""

POLICY = ("id", "caution", "show_pending")
"""As much of a policy as tells what readers are shown, and how."""

READ = """
    WITH known AS NOT MATERIALIZED ({known}), typed AS (
        SELECT word, place, query = '' AS is_empty,
            CASE WHEN is_unknown AND row_number() OVER (PARTITION BY is_unknown ORDER BY place) <= {most} THEN ARRAY(
                WITH alike AS MATERIALIZED (
                    SELECT close.word, plainto_tsquery('imprimatur', close.word)::text AS query FROM (
                        SELECT DISTINCT word, similarity(word, typed.word) AS likeness FROM articles_word
                        WHERE word %% typed.word AND similarity(word, typed.word) >= {like}
                        ORDER BY likeness DESC, word LIMIT {close}
                    ) AS close WHERE EXISTS (SELECT FROM known WHERE known.word = close.word OFFSET 0)
                    ORDER BY likeness DESC, close.word
                )
                SELECT word FROM alike
                WHERE NOT EXISTS (SELECT FROM alike AS form WHERE form.query = typed.query) LIMIT {near}
            ) ELSE '{{}}' END AS near
        FROM (
            SELECT word, place, plainto_tsquery('imprimatur', word)::text AS query, is_heeded AND length(word) > 3
                AND NOT EXISTS (SELECT FROM known WHERE known.word = typed.word OFFSET 0) AS is_unknown
            FROM unnest((SELECT %(typed)s::text[]), (SELECT %(heeded)s::boolean[]))
                WITH ORDINALITY AS typed(word, is_heeded, place)
        ) AS typed
    )
    SELECT
        (SELECT json_agg(json_build_array(word, is_empty, near) ORDER BY place) FROM typed),
        (SELECT json_agg(terms ORDER BY id) FROM articles_synonym WHERE is_used AND stems && (
            SELECT array_agg(CASE WHEN length(form) > 3 THEN regexp_replace(form, 's$', '') ELSE form END::varchar)
            FROM typed, unnest(near || word) AS form)),
        ARRAY(SELECT word FROM (
            SELECT DISTINCT word, length(word) FROM articles_word WHERE word LIKE %(begun)s
            ORDER BY length(word), word LIMIT {begun}
        ) AS begun WHERE EXISTS (SELECT FROM known WHERE known.word = begun.word OFFSET 0)),
        (SELECT to_json(policy) FROM ({policy}) AS policy),
        EXISTS (SELECT FROM editorial_specialty WHERE code = %(specialty)s),
        EXISTS (SELECT FROM editorial_audience WHERE code = %(audience)s)
"""


@dataclass(frozen=True)
class Unit:
    """A word or phrase that was typed, with all that counts as it."""

    word: str
    phrases: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()

    def ways(self) -> Iterator[tuple[str, str]]:
        """All that finds this unit: types of query, as Django names them, with the words of each."""
        yield from (("plain", word) for word in (self.word, *self.begun))
        yield from (("phrase", phrase) for phrase in (*self.phrases, *self.near))

    def query(self) -> SearchQuery:
        """What finds this unit, as an expression."""
        return reduce(or_, (SearchQuery(text, config=CONFIG, search_type=kind) for kind, text in self.ways()))


@dataclass(frozen=True)
class Reading:
    """What was typed, as units in order; the policy in force, if any; and whether the filters beside it are known."""

    text: str
    units: Sequence[Unit] = ()
    policy: EditorialPolicy | None = None
    knows_specialty: bool = False
    knows_audience: bool = False

    def any(self) -> SearchQuery:
        """What finds one of its units at least, as an expression; nothing when there is none."""
        return reduce(or_, [unit.query() for unit in self.units] or [SearchQuery("", config=CONFIG)])


@dataclass
class _Word:
    text: str
    is_empty: bool = False
    near: list[str] = field(default_factory=list)

    def is_like(self, stemmed: str) -> bool:
        return stemmed in {stem(form) for form in (self.text, *self.near)}


def read(
    text: str,
    *,
    at: datetime,
    specialty: str = "",
    audience: str = "",
    unheeded: Collection[str] = (),
    is_being_typed: bool = False,
) -> Reading:
    """Understand ``text`` by the words that readers are shown ``at`` a moment; ``unheeded`` words say nothing.

    When it ``is_being_typed``, its last word may be the beginning of one. One query, however long the text is.
    """
    typed = list(dict.fromkeys(words(text)))[:MOST_WORDS]
    last = typed[-1] if is_being_typed and typed and len(typed[-1]) > 2 else None
    given = {
        "at": at,
        "typed": typed,
        "heeded": [word not in unheeded for word in typed],
        "begun": last and f"{last}_%",  # letters and digits only
        "specialty": specialty,
        "audience": audience,
    }
    [(read_words, synonyms, begun, policy, knows_specialty, knows_audience)] = look_up(_statement(), given)
    heard = [_Word(*word) for word in read_words or ()]
    units = list(_units(heard, [terms_of(terms) for terms in synonyms or ()], begun=begun, unheeded=unheeded))
    in_force = made(EditorialPolicy, policy) if policy else None
    return Reading(text, units, in_force, knows_specialty, knows_audience)


@cache
def _statement() -> str:
    """``READ`` with its numbers written out. With that, and with as many words as PostgreSQL cannot guess, one plan
    serves everybody. ``OFFSET 0`` has it look up one word after the other, and not all that are known first.
    """
    known = literal(Word.objects.counted(at=AT).values("word").query)
    policy = literal(EditorialPolicy.objects.published(at=AT).values(*POLICY)[:1].query)
    return READ.format(known=known, policy=policy, most=MOST_UNKNOWN, like=LIKE, close=CLOSE, near=NEAR, begun=BEGUN)


def _units(
    heard: Sequence[_Word], synonyms: Sequence[Sequence[str]], *, begun: Sequence[str], unheeded: Collection[str]
) -> Iterator[Unit]:
    """Of the synonyms that begin at a word the longest; what belongs to none stands for itself.

    The last word, alone, may be what is ``begun``.
    """
    groups = [(words(term), terms) for terms in synonyms for term in terms]
    place = 0
    while place < len(heard):
        found = [group for group in groups if _stands_at(heard, place, group[0])]
        taken = max((len(parts) for parts, _ in found), default=1)
        phrases = dict.fromkeys(term for parts, terms in found if len(parts) == taken for term in terms)
        those = heard[place : place + taken]
        place += taken
        if phrases or not (those[0].is_empty or those[0].text in unheeded):
            near = tuple(those[0].near) if taken == 1 else ()
            typed = " ".join(word.text for word in those)
            yield Unit(typed, tuple(phrases), near, tuple(begun) if taken == 1 and place == len(heard) else ())


def _stands_at(heard: Sequence[_Word], place: int, parts: Sequence[str]) -> bool:
    there = heard[place : place + len(parts)]
    return len(there) == len(parts) and all(word.is_like(stem(part)) for word, part in zip(there, parts, strict=True))
