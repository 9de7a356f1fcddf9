"""The verdicts on the claims of a version: those of its round, and those carried over from earlier versions."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices

from articles.models import Claim, Reference, Version
from articles.models.references import RetractionStatus
from editorial.models.policy import ClaimCheckRule
from editorial.policy.requirements import Requirements
from reviews.models import CarriedCheck, ClaimCheck, SignatureSetAside, Verdict
from reviews.models.comments_and_verdicts import ClaimCheckQuerySet, prefetch_rulings

ClaimAndWork = tuple[int, int]
"""The ids of a claim and of a work cited at it."""


class Lapse(TextChoices):
    """Why a carried-over verdict no longer counts."""

    RETRACTED = "retracted", "the work was retracted"
    SET_ASIDE = "set_aside", "the reviewer's signature was set aside"
    EXPIRED = "expired", "its shelf life is over"
    CONTEXT_CHANGED = "context_changed", "the context of the claim changed"


@dataclass(frozen=True)
class LibraryWork:
    """The record that represents a work after merges, and whether any record on the way was retracted."""

    record: int
    is_retracted: bool


@dataclass(frozen=True)
class RoundVerdict:
    """One member's verdict on a claim and a work, as it counts in a version.

    ``carried_at`` is set if it was given on an earlier version. ``lapse`` says why it no longer counts.
    """

    claim_id: int
    work_id: int
    check: ClaimCheck
    carried_at: datetime | None = None
    lapse: str = ""

    @property
    def lapse_words(self) -> str:
        """Why it no longer counts, as text; empty if it counts."""
        if self.lapse == Lapse.CONTEXT_CHANGED:
            return "given in another context, so it has to be confirmed"
        return f"no longer counts, since {Lapse(self.lapse).label}" if self.lapse else ""

    @property
    def place(self) -> ClaimAndWork:
        return self.claim_id, self.work_id

    @property
    def member_id(self) -> int:
        return self.check.review.member_id

    @property
    def counts(self) -> bool:
        """Whether the claim and work count as checked. “Could not check” is no check."""
        return not self.lapse and self.check.verdict != Verdict.COULD_NOT_CHECK

    @property
    def asks_to_look_again(self) -> bool:
        """Whether it would count if the context of the claim had not changed."""
        return self.lapse == Lapse.CONTEXT_CHANGED and self.check.verdict != Verdict.COULD_NOT_CHECK

    @property
    def blocks(self) -> bool:
        """Whether it is an open objection, which no lapse ends."""
        return self.check.blocks


@dataclass(frozen=True)
class AttributedVerdict:
    """A verdict with its author: name and credentials as signed, or the current ones while it is unsigned."""

    verdict: RoundVerdict
    name: str
    credentials: str
    is_own: bool


def round_verdicts(
    version: Version, *, requirements: Requirements | None, now: datetime, own: ClaimCheckQuerySet
) -> list[RoundVerdict]:
    """Return verdicts of the version's round among ``own``, then carried-over ones that their member did not replace.

    Whether a carried-over verdict counts is decided at ``now``. It does not count for a retracted work, past the shelf
    life that ``requirements`` give an approval, in another context, without a policy, or if its reviewer's signature
    was set aside. At most five queries, and one more for each step of a chain of merges.
    """
    checks = list(own.filter(review__version=version).with_reviewer().order_by("checked_at", "pk"))
    aside = _set_aside(version)
    lapses = [Lapse.SET_ASIDE if check.review_id in aside else "" for check in checks]
    verdicts = [
        RoundVerdict(check.claim_id, check.reference_id, check, lapse=lapse)
        for check, lapse in zip(checks, lapses, strict=True)
    ]
    replaced = {(*verdict.place, verdict.member_id) for verdict in verdicts}
    carried = _carried_verdicts(version)
    rows = [row for row in carried if (*_claim_and_work(row), row.claim_check.review.member_id) not in replaced]
    library, life = current_works({row.reference_id for row in rows}), shelf_life(requirements)
    for row in rows:
        why = lapse_reason(row.claim_check, library[row.reference_id], life=life, now=now)
        why = why or (Lapse.CONTEXT_CHANGED if row.has_other_context else "")
        why = Lapse.SET_ASIDE if row.claim_check.review_id in aside else why
        verdicts.append(RoundVerdict(*_claim_and_work(row), row.claim_check, row.carried_at, why))
    prefetch_rulings(verdict.check for verdict in verdicts)
    return verdicts


def _set_aside(version: Version) -> set[int]:
    """Return the ids of the article's reviews whose signature an editor set aside."""
    rows = SignatureSetAside.objects.filter(signature__review__version__article=version.article_id)
    return set(rows.values_list("signature__review", flat=True))


def _carried_verdicts(version: Version) -> Iterable[CarriedCheck]:
    rows = CarriedCheck.objects.filter(claim__rendition__version=version)
    related = ("claim_check__claim", "claim_check__review__member__user", "claim_check__review__version")
    return rows.select_related("claim", *related).order_by("pk")


def _claim_and_work(row: CarriedCheck) -> ClaimAndWork:
    return row.claim_id, row.reference_id


def lapse_reason(check: ClaimCheck, work: LibraryWork, *, life: timedelta | None, now: datetime) -> str:
    """Return why ``check`` may not be carried over or no longer counts; empty if it counts."""
    if work.is_retracted:
        return Lapse.RETRACTED
    return Lapse.EXPIRED if life is None or check.checked_at + life <= now else ""


def shelf_life(requirements: Requirements | None) -> timedelta | None:
    """Return how long a verdict counts: as long as an approval would. None without a policy."""
    return requirements.shelf_life if requirements else None


def current_works(ids: Collection[int]) -> dict[int, LibraryWork]:
    """Return the current record and retraction of each work, following merges.

    One query for each step of the longest chain.
    """
    rows: dict[int, tuple[str, int | None]] = {}
    wanted = set(ids)
    while wanted:
        batch = Reference.objects.filter(pk__in=wanted).values_list("pk", "retraction", "merged_into")
        rows |= {pk: (retraction, into) for pk, retraction, into in batch}
        wanted = {into for _, into in rows.values() if into} - rows.keys()
    return {pk: _follow_merges(pk, rows) for pk in ids}


def _follow_merges(pk: int, rows: dict[int, tuple[str, int | None]]) -> LibraryWork:
    chain = [pk]
    while (into := rows[chain[-1]][1]) and into not in chain:
        chain.append(into)
    return LibraryWork(chain[-1], any(rows[record][0] == RetractionStatus.RETRACTED for record in chain))


def count_unchecked(
    version: Version, verdicts: Iterable[RoundVerdict], *, rule: str, approvers: Collection[int]
) -> int:
    """Count the claims for which the policy's ``rule`` still requires a verdict, on at least one of their works.

    ``verdicts`` are those of signed reviews and carried-over ones. ``approvers`` are ids of the members who signed an
    approval. Under the rule “every”, each of them needs a verdict of their own, given or carried over.
    """
    if rule == ClaimCheckRule.NONE:
        return 0
    counting = [verdict for verdict in verdicts if verdict.counts]
    lacking = LACKING[ClaimCheckRule(rule)](counting, approvers)
    return len({claim for claim, work in claims_and_works(version) if lacking((claim, work))})


def _lacks_any(counting: Iterable[RoundVerdict], _approvers: Collection[int]) -> Callable[[ClaimAndWork], bool]:
    checked = {verdict.place for verdict in counting}
    return lambda place: place not in checked


def _lacks_an_approver(counting: Iterable[RoundVerdict], approvers: Collection[int]) -> Callable[[ClaimAndWork], bool]:
    by_member = {(*verdict.place, verdict.member_id) for verdict in counting}
    return lambda place: not approvers or any((*place, member) not in by_member for member in approvers)


LACKING: Mapping[
    ClaimCheckRule, Callable[[Iterable[RoundVerdict], Collection[int]], Callable[[ClaimAndWork], bool]]
] = {
    ClaimCheckRule.ONE: _lacks_any,
    ClaimCheckRule.EVERY: _lacks_an_approver,
}
"""For each rule that requires verdicts: how to find claims and works without one."""


def claims_and_works(version: Version) -> set[ClaimAndWork]:
    """Return every claim of ``version`` with every work cited at it."""
    cited = Claim.references.through.objects.filter(claim__rendition__version=version)
    return set(cited.values_list("claim_id", "reference_id"))
