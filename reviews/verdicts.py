"""What is said about the claims of a version: verdicts of its round, and those carried over from earlier ones."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices

from articles.models import Claim, Reference, Version
from articles.models.reference import RetractionStatus
from editorial.models import EditorialPolicy
from editorial.models.policy import ClaimCheckRule
from reviews.models import CarriedCheck, ClaimCheck, Verdict
from reviews.models.work import ClaimCheckQuerySet, read_rulings

Place = tuple[int, int]
"""A claim and a work cited at it, by their ids."""


class Lapse(TextChoices):
    """Why a verdict that was carried over does not count any more."""

    RETRACTED = "retracted", "the work was retracted"
    EXPIRED = "expired", "its shelf life is over"


@dataclass(frozen=True)
class Work:
    """Which record stands for a work after merges, and whether it or one on the way to it was retracted."""

    record: int
    is_retracted: bool


@dataclass(frozen=True)
class Said:
    """One member's verdict on a claim and a work; ``carried_at`` when it was given on an earlier version."""

    claim_id: int
    work_id: int
    check: ClaimCheck
    carried_at: datetime | None = None
    lapse: str = ""

    def get_lapse_display(self) -> str:
        """Why it does not count any more, in words."""
        return Lapse(self.lapse).label if self.lapse else ""

    @property
    def place(self) -> Place:
        return self.claim_id, self.work_id

    @property
    def member_id(self) -> int:
        return self.check.review.member_id

    @property
    def counts(self) -> bool:
        """Whether the work counts as checked by it: not knowing is no verdict."""
        return not self.lapse and self.check.verdict != Verdict.COULD_NOT_CHECK

    @property
    def blocks(self) -> bool:
        return not self.lapse and self.check.blocks


def said(version: Version, *, policy: EditorialPolicy | None, now: datetime, own: ClaimCheckQuerySet) -> list[Said]:
    """Verdicts of the version's round among ``own``, then those carried over that their member has not replaced there.

    Whether a carried one still counts is decided here, at ``now``: not over a retracted work, not past the shelf life
    that ``policy`` gives the article's risk tier, and without a policy not at all. Four queries at most, and one more
    for each step of a chain of merges.
    """
    fresh = [
        Said(check.claim_id, check.reference_id, check)
        for check in own.filter(review__version=version).with_reviewer().order_by("checked_at", "pk")
    ]
    replaced = {(*one.place, one.member_id) for one in fresh}
    rows = [row for row in _carried(version) if (*_place(row), row.claim_check.review.member_id) not in replaced]
    found, life = works({row.reference_id for row in rows}), shelf_life(version, policy)
    for row in rows:
        why = lapse(row.claim_check, found[row.reference_id], life=life, now=now)
        fresh.append(Said(*_place(row), row.claim_check, row.carried_at, why))
    read_rulings(one.check for one in fresh)
    return fresh


def _carried(version: Version) -> Iterable[CarriedCheck]:
    rows = CarriedCheck.objects.filter(claim__rendition__version=version)
    return rows.select_related("claim_check__review__member__user", "claim_check__review__version").order_by("pk")


def _place(row: CarriedCheck) -> Place:
    return row.claim_id, row.reference_id


def lapse(check: ClaimCheck, work: Work, *, life: timedelta | None, now: datetime) -> str:
    """Why ``check`` may not be carried over, or does not count any more; empty when it does."""
    if work.is_retracted:
        return Lapse.RETRACTED
    return Lapse.EXPIRED if life is None or check.checked_at + life <= now else ""


def shelf_life(version: Version, policy: EditorialPolicy | None) -> timedelta | None:
    """How long a verdict on this article counts: as long as an approval would. None without a policy."""
    return policy.rule(version.article.risk).shelf_life if policy else None


def works(ids: Collection[int]) -> dict[int, Work]:
    """What the library says today of these works, merges followed. A query for each step of the longest chain."""
    rows: dict[int, tuple[str, int | None]] = {}
    wanted = set(ids)
    while wanted:
        found = Reference.objects.filter(pk__in=wanted).values_list("pk", "retraction", "merged_into")
        rows |= {pk: (retraction, into) for pk, retraction, into in found}
        wanted = {into for _, into in rows.values() if into} - rows.keys()
    return {pk: _followed(pk, rows) for pk in ids}


def _followed(pk: int, rows: dict[int, tuple[str, int | None]]) -> Work:
    chain = [pk]
    while (into := rows[chain[-1]][1]) and into not in chain:
        chain.append(into)
    return Work(chain[-1], any(rows[one][0] == RetractionStatus.RETRACTED for one in chain))


def unchecked(version: Version, verdicts: Iterable[Said], *, rule: str, approvers: Collection[int]) -> int:
    """How many claims the policy's ``rule`` still asks a verdict on, for at least one of their works.

    ``verdicts`` are those of signed reviews and carried ones. ``approvers`` are ids of the members who signed an
    approval: under “every” each of them needs a verdict, this round's or their own carried over.
    """
    if rule == ClaimCheckRule.NONE:
        return 0
    counting = [one for one in verdicts if one.counts]
    if rule == ClaimCheckRule.ONE:
        given = {one.place for one in counting}
        return len({claim for claim, work in places(version) if (claim, work) not in given})
    by_member = {(*one.place, one.member_id) for one in counting}
    missing = {
        claim
        for claim, work in places(version)
        if not approvers or any((claim, work, member) not in by_member for member in approvers)
    }
    return len(missing)


def places(version: Version) -> set[Place]:
    """Every claim of ``version`` with every work cited at it."""
    cited = Claim.references.through.objects.filter(claim__rendition__version=version)
    return set(cited.values_list("claim_id", "reference_id"))


def refuted(verdicts: Iterable[Said]) -> int:
    """How many claims somebody found not supported, or contradicted, and no editor has ruled on it."""
    return len({one.claim_id for one in verdicts if one.blocks})
