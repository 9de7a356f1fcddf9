"""Finding the passages of what readers are shown at a moment, the best articles first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from articles.lifecycle import State
from articles.models import Passage, Version
from articles.reading.listing import EVERYTHING, Filters
from articles.reading.review import statement, status
from articles.reading.shown import Shown
from articles.reading.wording import address, utc
from articles.searching.terms import Terms
from editorial.models import EditorialPolicy

CANDIDATES = 1000
"""Passages that are ranked at most: a common word would have PostgreSQL rank a hundred thousand."""

PASSAGES = 3
"""Told of each article."""

OPEN, CLOSE = "\x02", "\x03"
"""Around what matched; no text of ours has control characters."""

# Rounded, so that a cursor can name a place exactly. What is validly approved counts double.
FIND = """
WITH asked AS (SELECT to_tsquery('imprimatur', %s) AS query),
ranked AS (
    SELECT p.*, round((ts_rank('{{0.05, 0.1, 0.3, 1}}', p.words, query, 1)
        * CASE WHEN v.state = 'approved' AND v.valid_until > %s THEN 2 ELSE 1 END)::numeric, 8) AS score
    FROM asked, articles_passage p JOIN articles_version v ON v.id = p.version_id WHERE p.id IN ({candidates})
),
best AS (SELECT version_id, max(score) AS best FROM ranked GROUP BY version_id),
page AS (
    SELECT * FROM best WHERE %s::numeric IS NULL OR best < %s OR best = %s AND version_id < %s
    ORDER BY best DESC, version_id DESC LIMIT %s
),
told AS (
    SELECT ranked.*, page.best, row_number() OVER (PARTITION BY version_id ORDER BY score DESC, position, id) AS place
    FROM page JOIN ranked USING (version_id)
)
SELECT v.*, a.slug, told.best, told.audience AS told_audience, told.heading AS told_heading,
    ts_headline('imprimatur', told.text, query,
        'StartSel="' || chr(2) || '", StopSel="' || chr(3) || '", MaxWords=60, MinWords=30') AS told_text
FROM asked, told JOIN articles_version v ON v.id = told.version_id JOIN articles_article a ON a.id = v.article_id
WHERE told.place <= %s ORDER BY told.best DESC, v.id DESC, told.place
"""


@dataclass(frozen=True)
class Hit:
    """One article that was found: what is told of it, and its place in the order."""

    told: dict[str, Any]
    place: tuple[str, int]


def search(
    asked: Terms,
    *,
    policy: EditorialPolicy,
    at: datetime,
    filters: Filters = EVERYTHING,
    after: tuple[str, int] | None = None,
    limit: int,
    joint: str = "&",
) -> list[Hit]:
    """Up to ``limit`` articles that come ``after`` a place, as readers are shown them ``at`` a moment. One query.

    ``joint`` is ``&`` for passages with all that was asked for, ``|`` for those with any of it.
    """
    query = asked.tsquery(joint=joint)
    candidates, params = _candidates(query, policy=policy, at=at, filters=filters).query.sql_with_params()
    score, version = after or (None, None)
    sent = [query, at, *params, score, score, score, version, limit, PASSAGES]
    rows = Version.objects.raw(FIND.format(candidates=candidates), sent)
    return [_hit(list(found), policy=policy, at=at) for _, found in groupby(rows, key=lambda row: row.pk)]


def _candidates(query: str, *, policy: EditorialPolicy, at: datetime, filters: Filters) -> Any:
    shown = Version.objects.shown_to_readers(show_pending=policy.show_pending).exclude(state=State.RETRACTED)
    where = {"audience": filters.audience} if filters.audience else {}
    passages = Passage.objects.filter(version__in=shown.filter(filters.versions(at=at)).values("pk"), **where)
    return passages.extra(where=["words @@ to_tsquery('imprimatur', %s)"], params=[query]).values("pk")[:CANDIDATES]


def _hit(rows: list[Any], *, policy: EditorialPolicy, at: datetime) -> Hit:
    version = rows[0]
    shown = Shown(version=version, policy=policy, at=at)
    told = {
        "slug": version.slug,
        "question": version.question,
        "status": status(shown).value,
        "statement": statement(shown),
        "last_reviewed": utc(version.approved_at),
        "url": address("reader:article", version.slug),
        "html": address("pages:article", version.slug),
        "passages": [
            {"audience": row.told_audience, "heading": row.told_heading, "parts": list(parts(row.told_text))}
            for row in rows
        ],
    }
    return Hit(told, (str(version.best), version.pk))


def parts(marked: str) -> Iterator[dict[str, Any]]:
    """Plain text in parts, each with whether it matched: there is no markup for a page to trust."""
    for index, piece in enumerate(marked.split(OPEN)):
        match, closed, rest = piece.partition(CLOSE) if index else ("", "", piece)
        for text, is_match in ((match, True), (rest, False)):
            if text:
                yield {"text": text, "is_match": is_match and bool(closed)}
