"""Which validly approved articles answer a reader's question, if any: found and quoted, never written.

Four things tell how well an article fits: how much of the question it speaks of at all, how much of it one passage
speaks of, how much of it its own question asks, and how alike the two questions look. Rare words weigh more. Where
editors led somebody who asked nearly the same to an article, that article fits. Below
``GOOD_ENOUGH`` nothing is offered: "no good answer" is an answer too. docs/search.md tells how the numbers were found.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from articles.models import Passage
from articles.search.chatter import CHATTER
from articles.search.ranking import CAP, approved_at, sql_of
from articles.search.reading import Reading, read

OFFERED = 3
"""Articles that are offered at most."""

WEIGHTS = {"article": 0.25, "passage": 0.35, "question": 0.3, "likeness": 0.1}
GOOD_ENOUGH = 0.3
ALIKE = 0.6
"""How like an earlier question must be, by trigrams, to count as the same."""

LOOKED_AT = 400
"""Passages that are looked at closely, the best by rank out of the ``CAP`` candidates."""

FIT = """
    SELECT hits.id, hits.version_id, hits.article_id, hits.units, asked.units, asked.likeness, hits.rank
    FROM (
        SELECT id, version_id, article_id, rank, ARRAY[{passage}] AS units FROM (
            SELECT p.id, p.version_id, v.article_id, p.search, ts_rank(p.search, {any}, 1) AS rank
            FROM ({candidates}) AS candidate JOIN articles_passage p USING (id)
            JOIN articles_version v ON v.id = p.version_id
        ) AS p ORDER BY rank DESC, id LIMIT %s
    ) AS hits JOIN LATERAL (
        SELECT ARRAY[{question}] AS units, similarity(v.question, %s) AS likeness
        FROM articles_version v WHERE v.id = hits.version_id
    ) AS asked ON true
"""
SPREAD = """
    SELECT (SELECT count(*) FROM (
        SELECT FROM articles_version WHERE state = 'approved' AND valid_until > %s LIMIT {cap}) AS version), {each}
"""
EARLIER = """
    SELECT v.id, max(similarity(q.text, %s)) FROM articles_question q
    JOIN articles_reply r ON r.question_id = q.id AND r.outcome = 'linked'
    JOIN articles_version v ON v.article_id = r.article_id AND v.state = 'approved' AND v.valid_until > %s
    WHERE q.text %% %s GROUP BY v.id HAVING max(similarity(q.text, %s)) >= %s
"""
IN_HOW_MANY = "(SELECT count(DISTINCT version_id) FROM ({sql}) AS hit)"


@dataclass
class Fit:
    """How well an article fits a question: 0 not at all, 1 altogether; with its best passages."""

    version_id: int
    score: float
    passages: Sequence[int]


@dataclass(frozen=True)
class _Row:
    passage_id: int
    version_id: int
    article_id: int
    units: Sequence[bool]
    asked: Sequence[bool]
    likeness: float
    rank: float


def understand(text: str, *, at: datetime) -> Reading:
    """A question, without the words that only ask. One query."""
    return read(text, at=at, unheeded=CHATTER)


def fits(question: Reading, *, at: datetime) -> list[Fit]:
    """The articles that answer ``question`` well enough, the best first. At most four queries."""
    return [fit for fit in ranked(question, at=at) if fit.score >= GOOD_ENOUGH][:OFFERED]


def ranked(question: Reading, *, at: datetime) -> list[Fit]:
    """Every validly approved article that has something of ``question``, the best fit first."""
    found = _by_words(question, at=at) if question.units else []
    return sorted(_with_likeness(found, question.text, at=at), key=lambda fit: (-fit.score, fit.version_id))


def _by_words(reading: Reading, *, at: datetime) -> list[Fit]:
    weights = _weights(reading, at=at)
    rows: dict[int, list[_Row]] = defaultdict(list)
    for row in _rows(reading, at=at):
        rows[row.version_id].append(row)
    return [_fit(those, weights) for those in rows.values()]


def _fit(rows: Sequence[_Row], weights: Sequence[float]) -> Fit:
    def share(units: Sequence[bool]) -> float:
        return sum(weight for weight, has in zip(weights, units, strict=True) if has) / sum(weights)

    anywhere = [any(has) for has in zip(*(row.units for row in rows), strict=True)]
    best = sorted(rows, key=lambda row: (-share(row.units), -row.rank, row.passage_id))
    parts = {
        "article": share(anywhere),
        "passage": share(best[0].units),
        "question": share(rows[0].asked),
        "likeness": rows[0].likeness,
    }
    score = sum(weight * parts[name] for name, weight in WEIGHTS.items())
    return Fit(rows[0].version_id, score, [row.passage_id for row in best])


def _rows(reading: Reading, *, at: datetime) -> list[_Row]:
    candidates, given = _candidates(reading.any(), at=at).query.sql_with_params()
    any_words, any_given = sql_of(reading.any())
    units = [sql_of(unit.query()) for unit in reading.units]
    unit_given = [value for _, values in units for value in values]
    sql = FIT.format(
        passage=", ".join(f"p.search @@ ({words})" for words, _ in units),
        question=", ".join(f"to_tsvector('imprimatur', v.question) @@ ({words})" for words, _ in units),
        any=any_words,
        candidates=candidates,
    )
    values = [*unit_given, *any_given, *given, LOOKED_AT, *unit_given, reading.text]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [_Row(*row) for row in cursor.fetchall()]


def _candidates(query: Any, *, at: datetime) -> Any:
    return Passage.objects.filter(approved_at(at), search=query).order_by().values("id")[:CAP]


def _weights(reading: Reading, *, at: datetime) -> list[float]:
    """How much each unit tells: the more, the fewer approved articles speak of it."""
    each: list[str] = []
    given: list[Any] = []
    for unit in reading.units:
        query = Passage.objects.filter(approved_at(at), search=unit.query()).order_by().values("version_id")[:CAP]
        sql, values = query.query.sql_with_params()
        each.append(IN_HOW_MANY.format(sql=sql))
        given += values
    with connection.cursor() as cursor:
        cursor.execute(SPREAD.format(cap=CAP, each=", ".join(each)), [at, *given])
        articles, *spread = cursor.fetchone() or (0,)
    return [math.log(1 + (articles + 1) / (found + 0.5)) for found in spread]


def _with_likeness(found: Sequence[Fit], text: str, *, at: datetime) -> list[Fit]:
    """``found``, and what earlier questions and a model of meaning add to it. One query, or two."""
    likeness = dict(_earlier(text, at=at))
    if settings.QUESTION_LIKENESS:
        for version_id, how_much in import_string(settings.QUESTION_LIKENESS)(text).items():
            likeness[version_id] = max(likeness.get(version_id, 0), how_much)
    known = {fit.version_id: fit for fit in found}
    approved = Passage.objects.filter(approved_at(at), version__in=list(likeness), position=0) if likeness else []
    for passage in approved:
        fit = known.setdefault(passage.version_id, Fit(passage.version_id, 0, [passage.pk]))
        fit.score = max(fit.score, likeness[passage.version_id])
    return list(known.values())


def _earlier(text: str, *, at: datetime) -> Iterator[tuple[int, float]]:
    """Approved versions of articles to which editors led whoever asked nearly the same, with how nearly."""
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, [text, at, text, text, ALIKE])
        yield from cursor.fetchall()
