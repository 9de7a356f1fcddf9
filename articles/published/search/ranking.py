"""Find and rank the public articles that match a search. Only versions that readers see at that time are found.

The number of candidates is limited before ranking, so a common word does not cost more than that many rows. Validly
approved articles come first and have a limit of their own, so the others cannot displace them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from articles.models import Version
from articles.published.prepared_queries import look_up
from articles.published.search.indexing import BEGIN, END
from articles.published.search.query_parser import Reading, ways_of
from articles.published.visible_version import Shown
from editorial.models import EditorialPolicy
from editorial.sql_files import statement

SEARCH = statement(__package__, "search")

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
"""The first columns of ``SEARCH``: the fields of a version that decide the standing of its review."""


@dataclass(frozen=True)
class Search:
    """A search among the versions that readers see at the time ``at``. Without a policy it finds nothing."""

    reading: Reading
    at: datetime
    specialty: str = ""
    audience: str = ""
    step: str = ""

    def page(self, *, position: Sequence[str] | None, back: bool, limit: int) -> list["Hit"]:
        """Return the articles after the one at ``position``, its score and version, the best first. One query.

        With ``back``, return those before it, the nearest first.
        """
        policy = self.reading.policy
        if policy is None or not self.reading.units:
            return []
        score, version = map(int, position) if position else (None, None)
        parameters = {
            "at": self.at,
            **ways_of(self.reading.sought),
            "is_one": len(self.reading.sought) == 1,
            "is_corrected": bool(self.reading.corrections),
            "step": self.step,
            "show_pending": policy.show_pending,
            "audience": self.audience or None,
            "specialty": self.specialty or None,
            "score": score,
            "version": version,
            "direction": -1 if back else 1,
            "limit": limit,
        }
        return [self._hit(row, policy=policy) for row in look_up(SEARCH, parameters)]

    def _hit(self, row: Sequence[Any], *, policy: EditorialPolicy) -> "Hit":
        version = Version.from_db(DEFAULT_DB_ALIAS, VERSION, row[: len(VERSION)])
        slug, specialties, code, name, *rest = row[len(VERSION) :]
        return Hit(Shown(version, policy, self.at), slug, specialties, {"code": code, "name": name}, *rest)


@dataclass(frozen=True)
class Hit:
    """A matching article with its best passage."""

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
        """The version's id. Together with the score it is the position in the order."""
        return self.shown.version.pk


def parts(snippet: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a snippet, each with whether it matched."""
    for index, part in enumerate(snippet.split(BEGIN)):
        matched, _, after = part.partition(END) if index else ("", "", part)
        yield from ((words, is_match) for words, is_match in ((matched, True), (after, False)) if words)
