"""What a search sends to PostgreSQL, put together once for each form that a search has.

What is looked for is never part of a statement. So the server keeps its plans, and does not guess how many passages
have a word.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from django.db import connection
from django.db.models.sql import Query
from psycopg.sql import Literal

from articles.lifecycle import State
from articles.models import Version
from articles.reading.review import Status
from articles.search.writing import BEGIN, END
from editorial.http.pagination import MAX_PAGE_SIZE

AT = datetime.max.replace(tzinfo=UTC)
"""Stands in a queryset for the moment of a search."""

HEADLINE = f"ts_headline('imprimatur', p.text, {{any}}, 'HighlightAll=true, StartSel={BEGIN}, StopSel={END}')"

VERSION = (
    "id",
    "state",
    "question",
    "updated_at",
    "submitted_at",
    "under_review_at",
    "approved_at",
    "valid_until",
    "state_changed_at",
    "state_reason",
)
"""As much of a version as tells how its review stands."""

SEARCH = """
    WITH asked AS MATERIALIZED (
        SELECT string_agg(unit, ' & ')::tsquery AS every, string_agg(unit, ' | ')::tsquery AS any FROM (
            SELECT '(' || string_agg(DISTINCT way, ' | ') || ')' AS unit FROM (
                SELECT unit, CASE kind WHEN 'plain' THEN plainto_tsquery('imprimatur', words)
                    ELSE phraseto_tsquery('imprimatur', words) END::text AS way
                FROM unnest(%(units)s::int[], %(kinds)s::text[], %(words)s::text[]) AS way(unit, kind, words)
            ) AS ways WHERE way <> '' GROUP BY ways.unit
        ) AS units
    ), sample AS MATERIALIZED (
        SELECT search FROM articles_passage WHERE id = ANY (ARRAY(
            SELECT first + (last - first) * place / {sampled} FROM generate_series(0, {sampled}) AS place,
                (SELECT min(id) AS first, max(id) AS last FROM articles_passage) AS passages
        ))
    ), common AS MATERIALIZED (
        SELECT count(*) FILTER (WHERE search @@ asked.every) * 8 > count(*) AND {is_whole} AS every,
            count(*) FILTER (WHERE search @@ asked.any) * 8 > count(*) AND {is_whole} AS any FROM sample, asked
    ), {every}, hits AS MATERIALIZED ({hits}), page AS (
        SELECT version_id, score FROM (SELECT version_id, max(score) AS score FROM hits GROUP BY version_id) AS found
        WHERE {after} ORDER BY score {direction}, version_id {direction} LIMIT %(limit)s
    ), best AS (
        SELECT DISTINCT ON (version_id) hits.id, score
        FROM page JOIN hits USING (version_id, score) JOIN articles_rendition r USING (version_id, audience_id)
        ORDER BY version_id, is_primary DESC, position
    )
    SELECT {version}, a.slug, a.specialties, d.code, d.name, p.section, p.heading, p.numbers,
        {headline}, best.score
    FROM best JOIN articles_passage p USING (id) JOIN articles_version v ON v.id = p.version_id
    JOIN articles_article a ON a.id = v.article_id JOIN editorial_audience d ON d.id = p.audience_id
    ORDER BY best.score {direction}, v.id {direction} LIMIT {most}
"""
"""Every ``version`` column, then the rest of a ``Hit``. ``asked`` puts the units together; empty ones say nothing.

``common`` tells by some passages from all over the table whether more than one in eight has what is looked for, which
matters for how it is looked for.
"""

SAMPLED = 32
"""Places in the table that are looked at for that."""

PART = """
    SELECT p.id, p.version_id, p.audience_id, p.position, ({times} * {rank})::integer AS score
    FROM ({candidates}) AS p LIMIT {cap}
"""

APPROVED = """
    SELECT * FROM articles_passage AS p
    WHERE NOT {common} AND p.approved_until IS NOT NULL AND p.position = 0 AND p.search @@ {asked} AND {counts}
    UNION ALL
    SELECT * FROM articles_passage AS p
    WHERE NOT {common} AND p.approved_until IS NOT NULL AND p.search @@ {asked} AND {counts}
    UNION ALL
    SELECT * FROM (SELECT * FROM articles_passage WHERE approved_until > %(at)s LIMIT {most}) AS p
    WHERE {common} AND p.search @@ {asked} AND {counts}
"""
"""Passages whose approval counts. What is rare is found by an index: first in questions and summaries, so that whatever
article is about it comes before those that mention it. What is common is looked for in one passage after the other,
since gathering all that have it from an index takes long.
"""

OTHERS = """
    SELECT p.* FROM (
        SELECT * FROM articles_passage AS p
        WHERE NOT {common} AND p.approved_until IS NULL AND p.position = 0 AND p.search @@ {asked}
        UNION ALL
        SELECT * FROM articles_passage AS p WHERE NOT {common} AND p.approved_until IS NULL AND p.search @@ {asked}
        UNION ALL
        SELECT * FROM (
            SELECT * FROM articles_passage WHERE approved_until IS NULL ORDER BY id DESC LIMIT {most}
        ) AS p WHERE {common} AND p.search @@ {asked}
        UNION ALL
        SELECT * FROM (
            SELECT * FROM articles_passage WHERE approved_until BETWEEN '-infinity' AND %(at)s LIMIT {most}
        ) AS p WHERE p.search @@ {asked}
    ) AS p, LATERAL (
        SELECT FROM articles_version WHERE articles_version.id = p.version_id AND {counts} OFFSET 0
    ) AS version
"""
"""Passages of what else readers are shown: what is not approved, and what lapsed a little while ago; what lapsed before
that is noted not to be approved. Of a moment before another, PostgreSQL guesses a third of all; of one between two,
few.
"""

LOOKED_THROUGH = 20_000
"""Passages that are looked through at most, one after the other. Where one specialty is looked through, that would be
too few: there everything is found by an index."""

OF = "(SELECT {table}.{which} FROM {table})"

RANK = "1000000 * ts_rank('{1.0, 0.5, 0.7, 1.0}', p.search, (SELECT asked.any FROM asked), 1 | 32)"
"""Weights of the question, a caption (none), the heading and the words of a passage; shorter passages count more. Were
the question's lower, a short mention would come before the article about it: see docs/search.md.
"""

VALID = "articles_version.state = 'approved' AND articles_version.valid_until > %(at)s"
"""Of an article there is one such version at most."""

SHOWN = f"NOT ({VALID}) AND articles_version.state <> 'retracted' AND {{shown}}"

AUDIENCE = "p.audience_id = (SELECT id FROM editorial_audience WHERE code = %(audience)s)"
SPECIALTY = """EXISTS (
    SELECT FROM articles_version v JOIN articles_article a ON a.id = v.article_id
    WHERE v.id = p.version_id AND a.specialties @> ARRAY[%(specialty)s]::varchar[]
)"""

EVERY = "every_{place} AS MATERIALIZED ({part})"
HIT = "(SELECT * FROM every_{place} WHERE true{room})"
SOME = "(SELECT * FROM ({part}) AS part WHERE true{unless})"
UNLESS = " AND NOT EXISTS (SELECT FROM every_{place})"
ROOM = " AND (SELECT count(*) < {cap} FROM every_0)"

AFTER = "(score, version_id) {sign} (%(score)s, %(version)s)"


@cache
def search(
    *,
    step: str,
    show_pending: bool,
    by_audience: bool,
    by_specialty: bool,
    is_one: bool,
    is_first: bool,
    back: bool,
    cap: int,
) -> str:
    """The statement that finds a page.

    Its parts are capped each by itself, the better part first: passages with every word; and of a part those with
    any, where neither it nor a better one has such, unless what was typed ``is_one``. So what is approved is never
    left out for the sake of what is not. Where approved ones reach the cap, nothing else is looked for.
    """
    filters = [AUDIENCE] * by_audience + [SPECIALTY] * by_specialty
    parts = _parts(step, show_pending=show_pending)
    every, hits, unless = [], [], ""
    for place, part in enumerate(parts):
        every.append(EVERY.format(place=place, part=part.having("every", filters=filters, cap=cap)))
        unless += UNLESS.format(place=place)
        hits.append(HIT.format(place=place, room=ROOM.format(cap=cap) if place else ""))
        if not is_one:
            hits.append(SOME.format(part=part.having("any", filters=filters, cap=cap), unless=unless))
    return SEARCH.format(
        is_whole="false" if by_specialty else "true",
        every=", ".join(every),
        hits=" UNION ALL ".join(hits),
        after="true" if is_first else AFTER.format(sign=">" if back else "<"),
        direction="ASC" if back else "DESC",
        version=", ".join(f"v.{name}" for name in VERSION),
        headline=HEADLINE.format(any="(SELECT asked.any FROM asked)"),
        most=MAX_PAGE_SIZE + 1,
        sampled=SAMPLED,
    )


class _Part(NamedTuple):
    """Some of the passages: what they are found by, what has to be true of them, and how many times they count."""

    candidates: str
    condition: str
    times: int

    def having(self, which: str, *, filters: Sequence[str], cap: int) -> str:
        """Those that have ``every`` word or ``any``, and are let through by ``filters``."""
        asked, common = (OF.format(table=table, which=which) for table in ("asked", "common"))
        counts = " AND ".join([self.condition, *filters])
        found = self.candidates.format(asked=asked, common=common, counts=counts, most=LOOKED_THROUGH)
        return PART.format(candidates=found, times=self.times, rank=RANK, cap=cap)


def _parts(step: str, *, show_pending: bool) -> list[_Part]:
    """The parts in which versions at a step are found."""
    shown = SHOWN.format(shown=_shown(show_pending=show_pending))
    waiting = f"articles_version.state = '{State.SUBMITTED}'"
    approved = _Part(APPROVED, "p.approved_until > %(at)s", times=2)
    return {
        "": [approved, _Part(OTHERS, shown, times=1)],
        Status.APPROVED: [approved],
        Status.SUBMITTED: [_Part(OTHERS, f"{shown} AND {waiting}", times=1)],
        Status.UNDER_REVIEW: [_Part(OTHERS, f"{shown} AND NOT {waiting}", times=1)],
    }[step]


def _shown(*, show_pending: bool) -> str:
    """Says that readers are shown a version."""
    shown = literal(Version.objects.shown_to_readers(show_pending=show_pending).query)
    return shown.partition(" WHERE ")[2]


def literal(query: Query) -> str:
    """A query of Django's as text, with its values written out, and ``%(at)s`` in place of ``AT``."""
    sql, values = query.get_compiler(connection=connection).as_sql()
    return sql % tuple("%(at)s" if value == AT else Literal(value).as_string(None) for value in values)
