"""What readers must be shown, derived from the rows and the rules without `articles.published`."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from articles.models import Article, Citation, Rendition, Triage, Version
from editorial.models import Audience, EditorialPolicy, PolicyRule
from reviews.models import Signature

Row = dict[str, Any]

WORD = re.compile(r"zz\d+zz")
"""Words that are each written only once, so that the source of a word in a response is known."""

WAITING = ("submitted", "under_review", "changes_requested")
ONCE_APPROVED = ("approved", "superseded", "suspended", "retracted")
STEP = {"submitted": "submitted", "approved": "approved"}
"""The review step that is shown for a standing. For every other one it is Under Review."""


def words(*texts: Any) -> set[str]:
    return set(WORD.findall(json.dumps(texts)))


def written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


@dataclass
class Truth:
    """The expected state of one article at a time. ``shown`` is the version that readers see, if any."""

    slug: str
    shown: Row | None
    standing: str
    versions: list[Row]
    witness: "Witness" = field(repr=False)

    @property
    def status(self) -> int:
        if self.shown is None:
            return 404
        return 410 if self.standing == "retracted" else 200

    @property
    def is_approved(self) -> bool:
        return self.standing == "approved"

    @property
    def step(self) -> str:
        return STEP.get(self.standing, "under_review")

    @property
    def row(self) -> Row:
        assert self.shown is not None
        return self.shown

    @property
    def texts(self) -> dict[str, Row]:
        """The texts of the shown version by audience, the primary one first."""
        return self.witness.texts[self.row["id"]]

    @property
    def primary(self) -> str:
        return next(iter(self.texts))

    def meant(self, audience: str | None) -> str:
        """Return the audience whose text ``audience`` gets: its own, or the next by the policy's fallbacks."""
        found, order = audience, dict(self.witness.policies[-1]["fallbacks"])
        while found is not None and found not in self.texts:
            found = order.pop(found, None)
        return found or self.primary

    @property
    def known(self) -> list[Row]:
        """The versions in the public history, newest first: those ever approved, and the one shown."""
        return [row for row in self.versions if row["state"] in ONCE_APPROVED or row is self.shown]

    def told_of(self, row: Row) -> str:
        """Return the standing of a version in the history."""
        return self.witness.standing(row)

    # --- words that readers may meet ----------------------------------------------------------------------------------

    def in_document(self, audience: str) -> set[str]:
        """Return words of one audience's text, its cited works, and the reason for a suspension."""
        text = self.texts[audience]
        cited = [csl for key, csl in self.witness.works[self.row["id"]].items() if f"@{key}" in text["body"]]
        why = self.row["state_reason"] if self.standing == "suspended" else ""
        return words(self.row["question"], text["summary"], text["body"], cited, why, *self.witness.house)

    def in_list(self) -> set[str]:
        return words(self.row["question"], self.texts[self.primary]["summary"], self._suspended())

    def _suspended(self) -> str:
        return self.row["state_reason"] if self.standing == "suspended" else ""

    def on_tombstone(self) -> set[str]:
        return words(self.row["question"], self.row["state_reason"])

    def in_history(self) -> set[str]:
        """Return words of the known versions: questions, reasons of suspensions and retractions, public replies."""
        ids = {row["id"] for row in self.known}
        told = [row["question"] for row in self.known]
        told += [why for version, why in self.witness.notices if version in ids]
        told += [said for version, said in self.witness.public_words if version in ids]
        return words(*told)

    def in_news(self) -> set[str]:
        if self.is_approved:
            return words(self.row["question"], self.texts[self.primary]["summary"])
        return self.on_tombstone() if self.standing == "retracted" else set()


class Witness:
    """Reads the whole record once, at ``now``."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        published = EditorialPolicy.objects.filter(in_force_from__lte=now).order_by("in_force_from", "number")
        self.policies = list(published.values("number", "caution", "show_pending", "fallbacks"))
        self.audiences = list(Audience.objects.order_by("position", "code").values("code", "name", "disclaimer"))
        self.rows = list(Version.objects.order_by("article_id", "-number").values())

    @cached_property
    def truths(self) -> dict[str, Truth]:
        found = {}
        for pk, slug in Article.objects.order_by("pk").values_list("pk", "slug"):
            versions = [row for row in self.rows if row["article_id"] == pk]
            shown = self._shown(versions)
            found[slug] = Truth(slug, shown, self.standing(shown) if shown else "", versions, self)
        return found

    def _shown(self, versions: list[Row]) -> Row | None:
        """Return the approved version, else the newest suspended or retracted one, else the newest waiting one."""
        if not self.policies:
            return None
        waiting = WAITING if self.policies[-1]["show_pending"] else ()
        for states in (("approved",), ("suspended", "retracted"), waiting):
            if fitting := [row for row in versions if row["state"] in states]:
                return fitting[0]
        return None

    def standing(self, row: Row) -> str:
        lapsed = row["state"] == "approved" and row["valid_until"] <= self.now
        return "lapsed" if lapsed else str(row["state"])

    @cached_property
    def house(self) -> list[str]:
        """The site's own texts on every page: disclaimers and cautions."""
        return [row["disclaimer"] for row in self.audiences] + [row["caution"] for row in self.policies]

    @cached_property
    def texts(self) -> dict[int, dict[str, Row]]:
        found: dict[int, dict[str, Row]] = defaultdict(dict)
        rows = Rendition.objects.order_by("-is_primary", "audience__position", "audience__code")
        for row in rows.values("version_id", "audience__code", "summary", "body"):
            found[row["version_id"]][row["audience__code"]] = row
        return found

    @cached_property
    def works(self) -> dict[int, dict[str, Any]]:
        """The works that each version cites, as recorded at citation, by key."""
        found: dict[int, dict[str, Any]] = defaultdict(dict)
        for version, key, csl in Citation.objects.values_list("version_id", "reference__key", "csl"):
            found[version][key] = csl
        return found

    @cached_property
    def notices(self) -> list[tuple[int, str]]:
        """The reasons of all suspensions and retractions, by version."""
        moves = Version.history.filter(state__in=("suspended", "retracted"))
        return list(moves.values_list("id", "state_reason"))

    @cached_property
    def public_words(self) -> list[tuple[int, str]]:
        return list(Triage.objects.values_list("report__version", "public_words"))

    def signers(self, row: Row) -> list[str]:
        """Return who approved exactly this digest; empty if the policy requires more signatures."""
        over = Signature.objects.filter(
            review__version=row["id"], digest=row["digest"], withdrawal=None, set_aside=None
        )
        names = list(over.filter(decision="approve").order_by("signed_at", "pk").values_list("name", flat=True))
        rule = PolicyRule.objects.get(policy=row["policy_id"], risk=Article.objects.get(pk=row["article_id"]).risk)
        return names if len(names) >= rule.quorum else []

    def every_word(self) -> set[str]:
        return set().union(*map(self.may_be_read, self.truths.values()))

    def may_be_read(self, truth: Truth) -> set[str]:
        """Return all words of one article that readers may see anywhere."""
        if truth.shown is None:
            return set()
        if truth.status == 410:
            return truth.on_tombstone() | truth.in_history()
        texts: Iterable[str] = truth.texts
        return set().union(truth.in_history(), truth.in_list(), *map(truth.in_document, texts))

    def combinations(self) -> Iterator[tuple[str, ...]]:
        """Yield the states of each article's versions, oldest first."""
        for truth in self.truths.values():
            yield tuple(row["state"] for row in reversed(truth.versions))
