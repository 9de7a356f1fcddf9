"""Which articles are found, and in which order. What readers are not shown at the moment is never among them.

Candidates are capped before anything is ranked, so that a common word costs no more than that many rows: those whose
approval counts come first and have a cap of their own, so none of them is pushed out by the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.sql.compiler import SQLCompiler

from articles.models import Passage, Version
from articles.reading.direct import look_up
from articles.reading.shown import Shown
from articles.search.reading import Reading
from articles.search.statements import VERSION, search
from articles.search.writing import BEGIN, END
from editorial.models import EditorialPolicy

CAP = 200
"""Passages that are ranked at most, of those validly approved and of the others."""


@dataclass(frozen=True)
class Search:
    """What is looked for, among what readers are shown ``at`` a moment; without a policy, nothing is."""

    reading: Reading
    at: datetime
    specialty: str = ""
    audience: str = ""
    step: str = ""

    def page(self, *, position: Sequence[str] | None, back: bool, limit: int) -> list["Hit"]:
        """Articles after (or, going ``back``, before) the one with this score and version, the best first; one query.

        Going back, the nearest first.
        """
        policy = self.reading.policy
        if policy is None or not self.reading.units:
            return []
        statement = search(
            step=self.step,
            show_pending=policy.show_pending,
            by_audience=bool(self.audience),
            by_specialty=bool(self.specialty),
            is_one=len(self.reading.units) == 1,
            is_first=position is None,
            back=back,
            cap=CAP,
        )
        rows = look_up(statement, self._given(position) | {"limit": limit})
        return [self._hit(row, policy=policy) for row in rows]

    def _given(self, position: Sequence[str] | None) -> dict[str, Any]:
        ways = [(place, *way) for place, unit in enumerate(self.reading.units) for way in unit.ways()]
        units, kinds, words = map(list, zip(*ways, strict=True))
        given = {"at": self.at, "units": units, "kinds": kinds, "words": words}
        given |= {name: value for name in ("audience", "specialty") if (value := getattr(self, name))}
        return given | ({"score": int(position[0]), "version": int(position[1])} if position else {})

    def _hit(self, row: Sequence[Any], *, policy: EditorialPolicy) -> "Hit":
        version = Version.from_db(DEFAULT_DB_ALIAS, VERSION, row[: len(VERSION)])
        slug, specialties, code, name, *rest = row[len(VERSION) :]
        return Hit(Shown(version, policy, self.at), slug, specialties, {"code": code, "name": name}, *rest)


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
    section: str
    heading: str
    numbers: Sequence[int]
    snippet: str
    score: int

    @property
    def pk(self) -> int:
        """With its score its place in the order."""
        return self.shown.version.pk


def parts(snippet: str) -> Iterator[tuple[str, bool]]:
    """A snippet's words with whether they matched."""
    for index, part in enumerate(snippet.split(BEGIN)):
        matched, _, after = part.partition(END) if index else ("", "", part)
        yield from ((words, is_match) for words, is_match in ((matched, True), (after, False)) if words)
