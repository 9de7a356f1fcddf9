"""Carrying verdicts over: what reviewers found about a claim holds for the same claim in a later version."""

from collections.abc import Iterable
from datetime import datetime

from articles.models import Claim, Version
from articles.transitions import tell
from editorial.models import EditorialPolicy, User
from reviews.models import CarriedCheck, ClaimCheck
from reviews.models.work import carried_hash
from reviews.verdicts import Work, lapse, shelf_life, works

ACTION = "carry_over"
"""How the ledger calls it."""

Given = tuple[str, int]
"""A claim's fingerprint, and the record that stands for a work cited at it."""


def carry_over(version: Version, *, policy: EditorialPolicy, now: datetime) -> int:
    """Write down which verdicts of earlier versions stand for claims of this one; returns how many are new.

    The same claim (by its fingerprint, so with the same works) against the same work (merges followed) keeps the last
    verdict of each member, if the review in which it was given is signed. Not carried: what lapsed by ``now``, see
    ``reviews.verdicts.lapse``. The caller holds the article's lock. Doing it again writes nothing twice; the number of
    queries does not depend on that of the claims.
    """
    claims = list(Claim.objects.filter(rendition__version=version).prefetch_related("references").order_by("pk"))
    checks = _earlier(version, {claim.fingerprint for claim in claims})
    if not checks:
        return 0
    cited = {work.pk for claim in claims for work in claim.references.all()}
    known = works(cited | {check.reference_id for check in checks})
    standing = _last_of_each_member(checks, known)
    present = set(_present(version))
    life = shelf_life(version, policy)
    rows = [
        CarriedCheck(claim=claim, reference=work, claim_check=check, carried_at=now)
        for claim in claims
        for work in claim.references.all()
        for check in standing.get((claim.fingerprint, known[work.pk].record), ())
        if (claim.pk, work.pk, check.pk) not in present and not lapse(check, known[work.pk], life=life, now=now)
    ]
    if rows:
        _write(version, rows, now=now)
    return len(rows)


def _earlier(version: Version, fingerprints: set[str]) -> list[ClaimCheck]:
    """Verdicts of signed reviews of earlier versions on claims with these fingerprints."""
    checks = ClaimCheck.objects.signed().filter(
        claim__fingerprint__in=fingerprints,
        review__version__article=version.article_id,
        review__version__number__lt=version.number,
    )
    return list(checks.select_related("claim", "review__version").order_by("pk"))


def _last_of_each_member(checks: Iterable[ClaimCheck], known: dict[int, Work]) -> dict[Given, list[ClaimCheck]]:
    """By claim and work, the verdict of each member in the latest version where they gave one.

    Where one version states the same twice, a negative verdict on either outweighs the other.
    """
    last: dict[tuple[Given, int], ClaimCheck] = {}
    for check in sorted(checks, key=lambda one: (one.review.version.number, one.is_negative, one.checked_at, one.pk)):
        last[(check.claim.fingerprint, known[check.reference_id].record), check.review.member_id] = check
    by_place: dict[Given, list[ClaimCheck]] = {}
    for (place, _), check in last.items():
        by_place.setdefault(place, []).append(check)
    return by_place


def _present(version: Version) -> Iterable[tuple[int, int, int]]:
    rows = CarriedCheck.objects.filter(claim__rendition__version=version)
    return rows.values_list("claim_id", "reference_id", "claim_check_id")


def _write(version: Version, rows: list[CarriedCheck], *, now: datetime) -> None:
    CarriedCheck.objects.bulk_create(rows, batch_size=1000)
    tell(
        version,
        action=ACTION,
        by=User.objects.system(),
        now=now,
        verdicts=len(rows),
        checks=sorted({row.claim_check_id for row in rows}),
        carried_hash=carried_hash(rows),
    )
