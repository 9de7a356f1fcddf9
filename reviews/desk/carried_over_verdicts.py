"""Carrying verdicts over to the same claim in a later version."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from articles.models import Claim, Version
from articles.transitions import record_in_ledger
from editorial.models import User
from editorial.policy.requirements import Requirements
from reviews.desk.same_claims import Spot, claims_with_works, continuations
from reviews.desk.verdicts import LibraryWork, current_works, lapse_reason, shelf_life
from reviews.models import CarriedCheck, ClaimCheck
from reviews.models.comments_and_verdicts import carried_hash

ACTION = "carry_over"
"""The name of this event in the ledger."""


def carry_over(version: Version, *, requirements: Requirements, now: datetime) -> int:
    """Store which verdicts of earlier versions count for claims of this one. Returns how many are new.

    A claim with the same words and works (see ``reviews.desk.same_claims``) keeps each member's last verdict on the
    same work, if that review is signed. Verdicts with a ``lapse_reason`` at ``now`` are left out. The caller holds the
    article's lock. A second call stores nothing twice. The number of queries does not depend on the number of claims.
    """
    claims = claims_with_works(rendition__version=version)
    words = {claim.words for claim in claims}
    checks = _earlier_verdicts(version, words)
    if not checks:
        return 0
    given_on = {check.review.version_id for check in checks}
    before = claims_with_works(words__in=words, rendition__version__in=given_on)
    library = current_works({work.pk for claim in (*claims, *before) for work in claim.references.all()})
    present = set(_already_carried(version))
    life = shelf_life(requirements)
    rows = [
        CarriedCheck(claim=claim, reference_id=place.work, claim_check=check, carried_at=now)
        for place, verdicts in _verdicts_to_carry(checks, before, claims, library=library).items()
        for claim in place.spot.claims
        for check in verdicts
        if (claim.pk, place.work, check.pk) not in present
        and not lapse_reason(check, library[place.work], life=life, now=now)
    ]
    if rows:
        _store(version, rows, now=now)
    return len(rows)


def _earlier_verdicts(version: Version, words: set[str]) -> list[ClaimCheck]:
    """Return verdicts of signed reviews of earlier versions on claims with these words."""
    checks = ClaimCheck.objects.signed().filter(
        claim__words__in=words,
        review__version__article=version.article_id,
        review__version__number__lt=version.number,
    )
    return list(checks.select_related("review__version").order_by("pk"))


class SpotAndWork(NamedTuple):
    """A spot of this version, and one of the works cited there."""

    spot: Spot
    work: int


def _verdicts_to_carry(
    checks: Iterable[ClaimCheck],
    before: Iterable[Claim],
    claims: Iterable[Claim],
    *,
    library: Mapping[int, LibraryWork],
) -> dict[SpotAndWork, list[ClaimCheck]]:
    """Return each member's verdicts to carry over, by spot and work, see ``_latest_of_member``."""
    by_claim: dict[int, list[ClaimCheck]] = defaultdict(list)
    for check in checks:
        by_claim[check.claim_id].append(check)
    by_member: dict[tuple[SpotAndWork, int], dict[bool, list[ClaimCheck]]] = defaultdict(lambda: {True: [], False: []})
    for claim, continuation in continuations(before, claims, library=library):
        for check in by_claim.get(claim.pk, ()):
            for work in continuation.works[check.reference_id]:
                place = SpotAndWork(continuation.now, work)
                by_member[place, check.review.member_id][continuation.is_in_context].append(check)
    to_carry: dict[SpotAndWork, list[ClaimCheck]] = defaultdict(list)
    for (place, _), by_context in by_member.items():
        to_carry[place] += _latest_of_member(by_context[True], by_context[False])
    return to_carry


def _latest_of_member(here: Sequence[ClaimCheck], elsewhere: Sequence[ClaimCheck]) -> Iterator[ClaimCheck]:
    """Yield a member's latest verdicts on a claim: given in the current context (``here``), or ``elsewhere``.

    This is the latest one in the current context, or else the latest of all. A negative one from another context is
    kept in addition, unless the member saw the current context in a later version.
    """
    current, earlier = max(here, key=_sort_key, default=None), max(elsewhere, key=_sort_key, default=None)
    if current:
        yield current
    if earlier and (current is None or (earlier.is_negative and _sort_key(earlier)[0] >= _sort_key(current)[0])):
        yield earlier


def _sort_key(check: ClaimCheck) -> tuple[int, bool, datetime, int]:
    """Sort by version. For the same statement twice in one version, a negative verdict comes last and wins."""
    return check.review.version.number, check.is_negative, check.checked_at, check.pk


def _already_carried(version: Version) -> Iterable[tuple[int, int, int]]:
    rows = CarriedCheck.objects.filter(claim__rendition__version=version)
    return rows.values_list("claim_id", "reference_id", "claim_check_id")


def _store(version: Version, rows: list[CarriedCheck], *, now: datetime) -> None:
    CarriedCheck.objects.bulk_create(rows, batch_size=1000)
    record_in_ledger(
        version,
        action=ACTION,
        by=User.objects.system(),
        now=now,
        verdicts=len(rows),
        checks=sorted({row.claim_check_id for row in rows}),
        carried_hash=carried_hash(rows),
    )
