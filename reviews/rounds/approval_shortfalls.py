"""Approvals that no longer satisfy the rules: what each lacks under a published or drafted policy."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import DateField, F, Value, prefetch_related_objects

from articles.lifecycle import State
from articles.models import Claim, Version
from articles.models.versions import VersionQuerySet
from editorial.models import EditorialPolicy
from editorial.models.policy import ClaimCheckRule
from editorial.policy.requirements import Requirements
from reviews.desk.verdicts import ClaimAndWork
from reviews.models import CarriedCheck, ClaimCheck, Decision, Signature, Verdict
from reviews.models.reviews import Obstructed
from reviews.models.signatures import Signer

VerdictKeys = set[tuple[int, int, int]]
"""Verdicts that count: ids of claim, work and member."""


@dataclass(frozen=True)
class Shortfall:
    """An approval with what it lacks, as text."""

    version: Version
    missing: tuple[str, ...]

    @property
    def words(self) -> str:
        return "; ".join(self.missing)


def valid_approvals(*, at: datetime) -> VersionQuerySet:
    """Return versions whose approval is valid at ``at``, ordered by article."""
    counting = Version.objects.filter(state=State.APPROVED, valid_until__gt=at)
    return counting.order_by("article", "pk")


def shortfalls(
    versions: VersionQuerySet,
    *,
    policy: EditorialPolicy,
    at: datetime,
    risk: str | None = None,
    checks_conflicts: bool = False,
) -> list[Shortfall]:
    """Return which of ``versions``, approved or suspended, lack something under ``policy``, drafted or published.

    ``risk`` replaces the risk tier of their articles, to try another one. The rules by which each round was judged
    apply too. Counted are approving signatures over the digest, one for each person, and the specialties with which
    they were given. ``checks_conflicts`` also checks conflicts of interest again, as a decision does. Otherwise a late
    conflict suspends no approval: editors decide about it. Eight queries, however many versions there are.
    """
    prefetch_related_objects([policy], "rules")
    loaded = list(versions.select_related("article", "policy", "opened_policy"))
    published = list(EditorialPolicy.objects.published(at=at).prefetch_related("rules"))
    requirements = {version.pk: _requirements(version, published, policy=policy, risk=risk) for version in loaded}
    signatures = _signatures(loaded, on=at.date() if checks_conflicts else None)
    stricter = [version for version in loaded if _asks_more_checks(version, requirements[version.pk])]
    checked, cited = _verdict_keys(stricter), _claims_and_works(stricter)
    lacking: dict[Version, tuple[str, ...]] = {
        version: (
            *_missing(version, requirements[version.pk], signatures[version.pk], at=at),
            *_missing_verdicts(cited[version.pk], checked, requirements[version.pk], signatures[version.pk]),
        )
        for version in loaded
    }
    return [Shortfall(version, missing) for version, missing in lacking.items() if missing]


def _requirements(
    version: Version, published: Iterable[EditorialPolicy], *, policy: EditorialPolicy, risk: str | None
) -> Requirements:
    """Return the rule of ``policy`` together with those in force while ``version`` was in review."""
    began, ended = version.opened_policy, version.approved_at
    during = [
        past.rule(tier)
        for past in published
        if began and ended and began.in_force_from <= past.in_force_from <= ended  # type: ignore[operator]
        for tier in version.tiers
    ]
    present = policy.rule(risk or version.article.risk)
    return Requirements(policy, present, [present, *during])


def _signatures(versions: Sequence[Version], *, on: date | None) -> Mapping[int, list[Signature]]:
    """Return approving signatures that count, by version; with a day ``on``, of signers without a conflict."""
    over = Signature.objects.standing().filter(
        review__version__in=[version.pk for version in versions],
        digest=F("review__version__digest"),
        decision=Decision.APPROVE,
    )
    if on is not None:
        over = over.filter(~Obstructed("review", Value(on, output_field=DateField())))
    by_version: dict[int, list[Signature]] = defaultdict(list)
    for signature in over.annotate(person=Signer("pk")).with_confirmations().select_related("review").order_by("pk"):
        if not signature.to_confirm:
            by_version[signature.review.version_id].append(signature)
    return by_version


def _missing(
    version: Version, requirements: Requirements, signatures: Sequence[Signature], *, at: datetime
) -> Iterator[str]:
    lacking = requirements.quorum - len({signature.person for signature in signatures})  # type: ignore[attr-defined]
    if lacking > 0:
        yield f"{lacking} more approving signature{'s' if lacking > 1 else ''}"
    present = {code for signature in signatures for code in signature.specialties}
    if missing := [code for code in requirements.required_specialties if code not in present]:
        yield f"an approval from {', '.join(missing)}"
    if version.approved_at and version.approved_at + requirements.in_force.shelf_life <= at:
        yield f"a review in the last {requirements.in_force.shelf_life_days} days"


def _asks_more_checks(version: Version, requirements: Requirements) -> bool:
    order = ClaimCheckRule.values
    before = version.policy.claim_checks if version.policy else ClaimCheckRule.NONE.value
    return order.index(requirements.claim_checks) > order.index(before)


def _claims_and_works(versions: Sequence[Version]) -> Mapping[int, set[ClaimAndWork]]:
    """Return every claim of each version with every work cited at it."""
    by_version: dict[int, set[ClaimAndWork]] = defaultdict(set)
    cited = Claim.references.through.objects.filter(claim__rendition__version__in=[version.pk for version in versions])
    for version, claim, work in cited.values_list("claim__rendition__version", "claim", "reference"):
        by_version[version].add((claim, work))
    return by_version


def _verdict_keys(versions: Sequence[Version]) -> VerdictKeys:
    """Return verdicts of signed reviews of ``versions`` and carried-over ones, without “could not check”."""
    ids = [version.pk for version in versions]
    own = ClaimCheck.objects.signed().filter(review__version__in=ids).exclude(verdict=Verdict.COULD_NOT_CHECK)
    carried = CarriedCheck.objects.filter(claim__rendition__version__in=ids)
    carried = carried.exclude(claim_check__verdict=Verdict.COULD_NOT_CHECK)
    return {
        *own.values_list("claim", "reference", "review__member"),
        *carried.values_list("claim", "reference", "claim_check__review__member"),
    }


def _missing_verdicts(
    places: set[ClaimAndWork], verdicts: VerdictKeys, requirements: Requirements, signatures: Sequence[Signature]
) -> Iterator[str]:
    if requirements.claim_checks == ClaimCheckRule.EVERY:
        members = {signature.review.member_id for signature in signatures}
        lacking = {claim for claim, work in places if any((claim, work, member) not in verdicts for member in members)}
    else:
        checked = {(claim, work) for claim, work, _member in verdicts}
        lacking = {claim for claim, work in places if (claim, work) not in checked}
    if lacking:
        yield f"a verdict on {len(lacking)} claim{'s' if len(lacking) > 1 else ''}"
