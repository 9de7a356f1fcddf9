"""Which articles are found, and in which order. What readers are not shown at the moment is never among them.

Candidates are capped before anything is ranked, so that a common word costs no more than that many rows: those whose
approval counts have a cap of their own, so none of them is pushed out by the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from articles.lifecycle import State
from articles.models import Passage, Version
from articles.models.version import shown_of
from articles.reading.review import Status
from articles.reading.shown import Shown
from articles.search.reading import Reading
from articles.search.writing import BEGIN, END
from editorial.models import EditorialPolicy

CAP = 1000
"""Passages that are ranked at most, of those validly approved and of the others."""

RANK = "1000000 * ts_rank('{0.4, 0.5, 0.7, 1.0}', p.search, %s, 1 | 32)"
"""Weights of the question, a caption (none), the heading and the words of a passage; shorter passages count more."""

HEADLINE = f"ts_headline('imprimatur', p.text, {{any}}, 'HighlightAll=true, StartSel={BEGIN}, StopSel={END}')"

PAGE = """
    SELECT v.*, a.slug AS slug, a.specialties AS specialties, d.code AS audience_code, d.name AS audience_name,
        is_primary, p.section, p.heading, p.numbers, page.score, {headline} AS snippet
    FROM (
        WITH {every}, hits AS ({hits}), scored AS (
            SELECT p.id, p.version_id, p.position, p.audience_id,
                ({rank} * CASE WHEN v.state = 'approved' AND v.valid_until > %s THEN 2 ELSE 1 END)::integer AS score
            FROM hits JOIN articles_passage p USING (id) JOIN articles_version v ON v.id = p.version_id
        ), best AS (
            SELECT DISTINCT ON (version_id) scored.*, r.is_primary
            FROM scored JOIN articles_rendition r USING (version_id, audience_id)
            ORDER BY version_id, score DESC, r.is_primary DESC, position
        )
        SELECT * FROM best WHERE {after} ORDER BY score {direction}, version_id {direction} LIMIT %s
    ) AS page
    JOIN articles_passage p USING (id) JOIN articles_version v ON v.id = p.version_id
    JOIN articles_article a ON a.id = v.article_id JOIN editorial_audience d ON d.id = p.audience_id
    ORDER BY page.score {direction}, v.id {direction}
"""


EVERY = "every_{place} AS ({part})"
HIT = "SELECT id FROM every_{place}"
SOME = "(SELECT id FROM ({part}) AS part WHERE true{unless})"
UNLESS = " AND NOT EXISTS (SELECT FROM every_{place})"


@dataclass(frozen=True)
class Search:
    """What is looked for, among what readers are shown ``at`` a moment under ``policy``; without one, nothing is."""

    reading: Reading
    policy: EditorialPolicy | None
    at: datetime
    specialty: str = ""
    audience: str = ""
    step: str = ""

    def page(self, *, position: Sequence[str] | None, back: bool, limit: int) -> list["Hit"]:
        """Articles after (or, going ``back``, before) the one with this score and version, the best first; one query.

        Going back, the nearest first.
        """
        if self.policy is None or not self.reading.units:
            return []
        every = [_sql(part) for part in self._candidates(self.reading.every(), self.policy)]
        some = [_sql(part) for part in self._candidates(self.reading.any(), self.policy)]
        any_words, any_given = sql_of(self.reading.any())
        sql = PAGE.format(
            headline=HEADLINE.format(any=any_words),
            every=", ".join(EVERY.format(place=place, part=part) for place, (part, _) in enumerate(every)),
            hits=" UNION ALL ".join(_hits([part for part, _ in some])),
            rank=RANK.replace("%s", any_words),
            after=f"(score, version_id) {'>' if back else '<'} (%s, %s)" if position else "true",
            direction="ASC" if back else "DESC",
        )
        candidates = [value for _, values in (*every, *some) for value in values]
        given = [*any_given, *candidates, *any_given, self.at, *(position or ()), limit]
        return [Hit.of(row, Shown(row, self.policy, self.at)) for row in Version.objects.raw(sql, given)]

    def _candidates(self, query: SearchQuery, policy: EditorialPolicy) -> list[QuerySet[Passage]]:
        """The passages that ``query`` finds, in parts that are capped each by itself, the better part first."""
        shown = shown_of("version__article", show_pending=policy.show_pending)
        found = self._filtered(Passage.objects.filter(search=query))
        approved = found.filter(approved_at(self.at))
        others = found.exclude(approved_at(self.at)).filter(~Q(version__state=State.RETRACTED), version=shown)
        wanted = {
            "": [approved, others],
            Status.APPROVED: [approved],
            Status.SUBMITTED: [others.filter(version__state=State.SUBMITTED)],
            Status.UNDER_REVIEW: [others.exclude(version__state=State.SUBMITTED)],
        }
        return wanted[self.step]

    def _filtered(self, found: QuerySet[Passage]) -> QuerySet[Passage]:
        if self.audience:
            found = found.filter(audience__code=self.audience)
        if self.specialty:
            found = found.filter(version__article__specialties__contains=[self.specialty])
        return found


def approved_at(at: datetime) -> Q:
    """Passages whose version is validly approved ``at`` a moment. Of an article there is one such version at most."""
    return Q(version__state=State.APPROVED, version__valid_until__gt=at)


def _sql(part: QuerySet[Passage]) -> tuple[str, tuple[Any, ...]]:
    """The ids of a part, capped."""
    sql, values = part.order_by().values("id")[:CAP].query.sql_with_params()
    return sql, tuple(values)


def _hits(some: Sequence[str]) -> Iterator[str]:
    """Passages with every word; and of a part those with ``some``, where neither it nor a better one has such.

    So what is approved is never left out for the sake of what is not.
    """
    unless = ""
    for place, part in enumerate(some):
        unless += UNLESS.format(place=place)
        yield HIT.format(place=place)
        yield SOME.format(part=part, unless=unless)


def sql_of(query: SearchQuery) -> tuple[str, list[Any]]:
    """A text search query as SQL with its values."""
    compiler: SQLCompiler = Passage.objects.all().query.get_compiler(connection=connection)
    sql, values = compiler.compile(query.resolve_expression(compiler.query))
    return sql, list(values)


@dataclass(frozen=True)
class Hit:
    """An article that was found, with the passage of it that fits best."""

    shown: Shown
    slug: str
    specialties: Sequence[str]
    audience: dict[str, str]
    is_primary: bool
    section: str
    heading: str
    numbers: Sequence[int]
    snippet: str
    score: int

    @classmethod
    def of(cls, row: Any, shown: Shown) -> "Hit":
        return cls(
            shown=shown,
            slug=row.slug,
            specialties=row.specialties,
            audience={"code": row.audience_code, "name": row.audience_name},
            is_primary=row.is_primary,
            section=row.section,
            heading=row.heading,
            numbers=row.numbers,
            snippet=row.snippet,
            score=row.score,
        )

    @property
    def pk(self) -> int:
        """With its score its place in the order."""
        return self.shown.version.pk


def parts(snippet: str) -> Iterator[tuple[str, bool]]:
    """A snippet's words with whether they matched."""
    for index, part in enumerate(snippet.split(BEGIN)):
        matched, _, after = part.partition(END) if index else ("", "", part)
        yield from ((words, is_match) for words, is_match in ((matched, True), (after, False)) if words)
