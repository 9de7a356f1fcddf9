"""What a search sends to PostgreSQL, put together once for each form that a search has.

What is looked for is never part of a statement. So the server keeps its plans, and does not guess how many passages
have a word: for the beginning of a word it would guess two in a hundred, and read the whole table and not its index.
"""

from datetime import UTC, datetime
from functools import cache

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
            SELECT '(' || string_agg(way, ' | ') || ')' AS unit FROM (
                SELECT unit, CASE kind
                    WHEN 'plain' THEN plainto_tsquery('imprimatur', words)
                    WHEN 'phrase' THEN phraseto_tsquery('imprimatur', words)
                    ELSE to_tsquery('imprimatur', words) END::text AS way
                FROM unnest(%(units)s::int[], %(kinds)s::text[], %(words)s::text[]) AS way(unit, kind, words)
            ) AS ways WHERE way <> '' GROUP BY ways.unit
        ) AS units
    ), sample AS MATERIALIZED (
        SELECT search FROM articles_passage WHERE id = ANY (ARRAY(
            SELECT first + (last - first) * place / {sampled} FROM generate_series(0, {sampled}) AS place,
                (SELECT min(id) AS first, max(id) AS last FROM articles_passage) AS passages
        ))
    ), common AS MATERIALIZED (
        SELECT count(*) FILTER (WHERE search @@ asked.every) * 8 > count(*) AS every,
            count(*) FILTER (WHERE search @@ asked.any) * 8 > count(*) AS any FROM sample, asked
    ), {every}, hits AS MATERIALIZED ({hits}), page AS (
        SELECT version_id, score FROM (SELECT version_id, max(score) AS score FROM hits GROUP BY version_id) AS found
        WHERE {after} ORDER BY score {direction}, version_id {direction} LIMIT %(limit)s
    ), best AS (
        SELECT DISTINCT ON (version_id) hits.id, score, is_primary
        FROM page JOIN hits USING (version_id, score) JOIN articles_rendition r USING (version_id, audience_id)
        ORDER BY version_id, is_primary DESC, position
    )
    SELECT {version}, a.slug, a.specialties, d.code, d.name, best.is_primary, p.section, p.heading, p.numbers,
        {headline}, best.score
    FROM best JOIN articles_passage p USING (id) JOIN articles_version v ON v.id = p.version_id
    JOIN articles_article a ON a.id = v.article_id JOIN editorial_audience d ON d.id = p.audience_id
    ORDER BY best.score {direction}, v.id {direction} LIMIT {most}
"""
"""Every ``version`` column, then the rest of a ``Hit``. ``asked`` puts the units together; empty ones say nothing.

``common`` tells by some passages from all over the table whether more than one in eight has what is looked for; that
matters for how it is looked for, and never for what is found.
"""

SAMPLED = 64
"""Places in the table that are looked at for that."""

PART = """
    SELECT p.id, p.version_id, p.audience_id, p.position, ({times} * {rank})::integer AS score
    FROM (
        SELECT p.* FROM articles_passage p, LATERAL (
            SELECT FROM articles_version WHERE articles_version.id = p.version_id AND {conditions} OFFSET 0
        ) AS version WHERE NOT (SELECT common.{which} FROM common) AND p.search @@ (SELECT asked.{which} FROM asked)
        UNION ALL
        SELECT p.* FROM articles_version, LATERAL (
            SELECT * FROM articles_passage AS p
            WHERE p.version_id = articles_version.id AND p.search @@ (SELECT asked.{which} FROM asked) OFFSET 0
        ) AS p WHERE (SELECT common.{which} FROM common) AND {conditions}
    ) AS p LIMIT {cap}
"""
"""What is rare is found by the index, and then the version of each passage looked up. What is common is looked for in
one version after the other, since gathering all that have it from the index takes long. ``OFFSET 0`` keeps that order.
"""

RANK = "1000000 * ts_rank('{0.4, 0.5, 0.7, 1.0}', p.search, (SELECT asked.any FROM asked), 1 | 32)"
"""Weights of the question, a caption (none), the heading and the words of a passage; shorter passages count more."""

APPROVED = "articles_version.state = 'approved' AND articles_version.valid_until > %(at)s"
"""Of an article there is one such version at most."""

OTHERS = f"NOT ({APPROVED}) AND articles_version.state <> 'retracted' AND {{shown}}"

AUDIENCE = "p.audience_id = (SELECT id FROM editorial_audience WHERE code = %(audience)s)"
SPECIALTY = """EXISTS (
    SELECT FROM articles_article a WHERE a.id = articles_version.article_id
        AND a.specialties @> ARRAY[%(specialty)s]::varchar[]
)"""

EVERY = "every_{place} AS MATERIALIZED ({part})"
HIT = "SELECT * FROM every_{place}"
SOME = "(SELECT * FROM ({part}) AS part WHERE true{unless})"
UNLESS = " AND NOT EXISTS (SELECT FROM every_{place})"

AFTER = "(score, version_id) {sign} (%(score)s, %(version)s)"


@cache
def search(
    *, step: str, show_pending: bool, by_audience: bool, by_specialty: bool, is_first: bool, back: bool, cap: int
) -> str:
    """The statement that finds a page.

    Its parts are capped each by itself, the better part first: passages with every word; and of a part those with
    any, where neither it nor a better one has such. So what is approved is never left out for the sake of what is not.
    """
    filters = [AUDIENCE] * by_audience + [SPECIALTY] * by_specialty
    parts = [
        {"conditions": " AND ".join([condition, *filters]), "times": times, "rank": RANK, "cap": cap}
        for condition, times in _parts(step, show_pending=show_pending)
    ]
    every = [EVERY.format(place=place, part=PART.format(which="every", **part)) for place, part in enumerate(parts)]
    hits, unless = [], ""
    for place, part in enumerate(parts):
        unless += UNLESS.format(place=place)
        hits += [HIT.format(place=place), SOME.format(part=PART.format(which="any", **part), unless=unless)]
    return SEARCH.format(
        every=", ".join(every),
        hits=" UNION ALL ".join(hits),
        after="true" if is_first else AFTER.format(sign=">" if back else "<"),
        direction="ASC" if back else "DESC",
        version=", ".join(f"v.{name}" for name in VERSION),
        headline=HEADLINE.format(any="(SELECT asked.any FROM asked)"),
        most=MAX_PAGE_SIZE + 1,
        sampled=SAMPLED,
    )


def _parts(step: str, *, show_pending: bool) -> list[tuple[str, int]]:
    """What is true of the versions at a step, and how many times their passages count."""
    others = OTHERS.format(shown=_shown(show_pending=show_pending))
    waiting = f"articles_version.state = '{State.SUBMITTED}'"
    return {
        "": [(APPROVED, 2), (others, 1)],
        Status.APPROVED: [(APPROVED, 2)],
        Status.SUBMITTED: [(f"{others} AND {waiting}", 1)],
        Status.UNDER_REVIEW: [(f"{others} AND NOT {waiting}", 1)],
    }[step]


def _shown(*, show_pending: bool) -> str:
    """Says that readers are shown a version."""
    shown = literal(Version.objects.shown_to_readers(show_pending=show_pending).query)
    return shown.partition(" WHERE ")[2]


def literal(query: Query) -> str:
    """A query of Django's as text, with its values written out, and ``%(at)s`` in place of ``AT``."""
    sql, values = query.get_compiler(connection=connection).as_sql()
    return sql % tuple("%(at)s" if value == AT else Literal(value).as_string(None) for value in values)
