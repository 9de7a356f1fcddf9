"""Which validly approved articles answer a reader's question, if any: found and quoted, never written.

Four things tell how well an article fits: how much of the question it speaks of at all, how much of it one passage
speaks of, how much of it its own question asks, and how alike the two questions look. Rare words weigh more. Where
editors led somebody who asked nearly the same to an article, that article fits. Below
``GOOD_ENOUGH`` nothing is offered: "no good answer" is an answer too. docs/search.md tells how the numbers were found.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from articles.models import Passage
from articles.search.chatter import CHATTER
from articles.search.ranking import sql_of
from articles.search.reading import Reading, Unit, read

OFFERED = 3
"""Articles that are offered at most."""

QUOTED = 2
"""Passages of an article that are quoted."""

WEIGHTS = {"article": 0.25, "passage": 0.35, "question": 0.3, "likeness": 0.1}
GOOD_ENOUGH = 0.3
ALIKE = 0.6
"""How like an earlier question must be, by trigrams, to count as the same."""

CAP = 1000
"""Passages that are ranked at most, and articles that are counted at most to tell how rare a word is."""

LOOKED_AT = 400
"""Passages that are looked at closely, the best by rank."""

FITS = """
    weighed AS MATERIALIZED (
        SELECT ARRAY(
            SELECT ln(1 + (articles + 1) / (found + 0.5))
            FROM unnest(ARRAY[{spread}]::float8[]) WITH ORDINALITY AS unit(found, place) ORDER BY place
        ) AS weights
        FROM (SELECT count(*)::float8 AS articles FROM (
            SELECT FROM articles_version WHERE state = 'approved' AND valid_until > %(at)s LIMIT {cap}) AS approved
        ) AS known
    ), hits AS (
        SELECT id, version_id, rank, {passage} AS units FROM (
            SELECT p.id, p.version_id, p.search, ts_rank(p.search, {any}, 1) AS rank
            FROM ({candidates}) AS candidate JOIN articles_passage p USING (id)
            ORDER BY rank DESC, p.id LIMIT {looked_at}
        ) AS p
    ), spoken AS (
        SELECT version_id, bit_or(units) AS units, max(share) AS share,
            (array_agg(id ORDER BY share DESC, rank DESC, id))[:{quoted}] AS best
        FROM (SELECT hits.*, {share_of_hit} AS share FROM hits, weighed) AS p GROUP BY version_id
    ), asked AS (
        SELECT spoken.*, {question} AS asked, similarity(v.question, %(text)s) AS likeness
        FROM spoken JOIN articles_version v ON v.id = version_id
    ), alike AS (
        SELECT version_id, max(likeness) AS likeness FROM (
            SELECT v.id AS version_id, similarity(q.text, %(text)s) AS likeness FROM articles_question q
            JOIN articles_reply r ON r.question_id = q.id AND r.outcome = 'linked'
            JOIN articles_version v ON v.article_id = r.article_id
            WHERE q.text %% %(text)s AND similarity(q.text, %(text)s) >= %(alike)s
            UNION ALL SELECT * FROM unnest(%(versions)s::bigint[], %(likeness)s::float8[])
        ) AS likeness GROUP BY version_id
    ), fits AS (
        SELECT version_id, coalesce(best, ARRAY(
                SELECT p.id FROM articles_passage p JOIN articles_rendition r USING (version_id, audience_id)
                WHERE p.version_id = v.id AND p.position = 0 AND r.is_primary
            )) AS passages,
            greatest(alike.likeness, {article_weight} * {share_of_article} + {passage_weight} * asked.share
                + {question_weight} * {share_of_question} + {likeness_weight} * asked.likeness) AS score
        FROM asked FULL JOIN alike USING (version_id) JOIN articles_version v ON v.id = version_id, weighed
        WHERE v.state = 'approved' AND v.valid_until > %(at)s
    )
"""
"""The approved articles that have something of a question, with how well each fits and its best passages.

Which units of the question something speaks of is kept as bits.
"""

SHARE = """(
    SELECT coalesce(sum(weight) FILTER (WHERE ({units} >> place::integer - 1) & 1 = 1), 0) / sum(weight)
    FROM unnest(weights) WITH ORDINALITY AS unit(weight, place)
)"""
IN_HOW_MANY = "(SELECT count(DISTINCT version_id) FROM ({sql}) AS hit)"
RANKED = "WITH {fits} SELECT version_id, score FROM fits ORDER BY score DESC, version_id"


def understand(text: str, *, at: datetime) -> Reading:
    """A question, without the words that only ask. One query."""
    return read(text, at=at, unheeded=CHATTER)


def ranked(question: Reading, *, at: datetime) -> list[tuple[int, float]]:
    """Every validly approved version that has something of ``question``, with its score, the best first; one query."""
    fits, given = sql_of_fits(question, at=at)
    with connection.cursor() as cursor:
        cursor.execute(RANKED.format(fits=fits), given)
        return cursor.fetchall()


def sql_of_fits(question: Reading, *, at: datetime) -> tuple[str, dict[str, Any]]:
    """The table ``fits`` for a WITH, see ``FITS``, and its values."""
    named = _Named()
    any_words = named(*sql_of(question.any()))
    units = [(unit, named(*sql_of(unit.query()))) for unit in question.units]
    candidates = Passage.objects.approved(at=at).filter(search=question.any()).order_by().values("id")[:CAP]
    sql = FITS.format(
        spread=", ".join(named(*_in_how_many(unit, at=at)) for unit in question.units),
        passage=_bits("p.search", [words for _, words in units]),
        question=_bits("to_tsvector('imprimatur', v.question)", [words for _, words in units]),
        any=any_words,
        candidates=named(*candidates.query.sql_with_params()),
        share_of_hit=SHARE.format(units="units"),
        share_of_article=SHARE.format(units="asked.units"),
        share_of_question=SHARE.format(units="asked.asked"),
        cap=CAP,
        looked_at=LOOKED_AT,
        quoted=QUOTED,
        **{f"{name}_weight": weight for name, weight in WEIGHTS.items()},
    )
    likeness = import_string(settings.QUESTION_LIKENESS)(question.text) if settings.QUESTION_LIKENESS else {}
    model = {"versions": list(likeness), "likeness": list(likeness.values())}
    return sql, {**named.values, **model, "text": question.text, "at": at, "alike": ALIKE}


class _Named:
    """Gives the values of pieces of SQL names, so that a piece can stand in several places."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def __call__(self, sql: str, values: Sequence[Any]) -> str:
        names = [f"v{len(self.values) + place}" for place in range(len(values))]
        self.values |= dict(zip(names, values, strict=True))
        return sql % tuple(f"%({name})s" for name in names)


def _bits(vector: str, units: Sequence[str]) -> str:
    """Which of ``units`` a text has, one bit for each."""
    bits = [f"CASE WHEN {vector} @@ ({words}) THEN {1 << place} ELSE 0 END" for place, words in enumerate(units)]
    return f"({' | '.join(['0::bigint', *bits])})"


def _in_how_many(unit: Unit, *, at: datetime) -> tuple[str, Sequence[Any]]:
    """In how many approved articles a unit is: the more, the less it tells."""
    found = Passage.objects.approved(at=at).filter(search=unit.query()).order_by().values("version_id")[:CAP]
    sql, values = found.query.sql_with_params()
    return IN_HOW_MANY.format(sql=sql), values
