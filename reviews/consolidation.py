"""Whether a round is decided: what the policy in force asks for, and what has been signed so far."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from articles import actions as versions
from articles import lifecycle as version_lifecycle
from articles.announcements import People, people
from articles.announcements import announce as announce_version
from articles.models import Version
from articles.retractions import cited_retracted
from articles.transitions import lock as lock_version
from articles.transitions import move as move_version
from editorial import ledger, notices
from editorial.canonical import timestamp
from editorial.models import EditorialPolicy, User
from reviews.announcements import announce
from reviews.lifecycle import OPEN, Action, State
from reviews.models import ClaimCheck, Decision, Review, Signature
from reviews.places import admin_path
from reviews.transitions import move_all, taking_part
from reviews.verdicts import Said, refuted, said, unchecked


@dataclass(frozen=True)
class Standing:
    """How far a round has come against the policy."""

    quorum: int
    approvals: tuple[Signature, ...]
    missing_specialties: tuple[str, ...]
    retracted: tuple[int, ...]
    asks_for_changes: bool
    at_work: int
    blocking: int
    unchecked: int
    refuted: int

    @property
    def missing(self) -> list[str]:
        """What an approval still lacks, in words; empty when the policy is satisfied."""
        return list(_missing(self))

    @property
    def is_approval(self) -> bool:
        return not self.missing

    @property
    def is_request_for_changes(self) -> bool:
        """Somebody asks for changes and nobody who accepted is still at work."""
        return self.asks_for_changes and self.at_work == 0


def _missing(standing: Standing) -> Iterator[str]:
    lacking = standing.quorum - len(standing.approvals)
    if lacking > 0:
        yield f"{lacking} more approving signature{'s' if lacking > 1 else ''}"
    if standing.missing_specialties:
        yield f"an approval from {', '.join(standing.missing_specialties)}"
    if standing.retracted:
        yield f"another work for reference {', '.join(map(str, standing.retracted))}: retracted"
    if standing.asks_for_changes:
        yield "agreement: somebody asks for changes"
    if standing.blocking:
        yield f"resolution of {standing.blocking} blocking comment{'s' if standing.blocking > 1 else ''}"
    if standing.unchecked:
        yield f"a verdict on {standing.unchecked} claim{'s' if standing.unchecked > 1 else ''}"
    if standing.refuted:
        found = f"{standing.refuted} claim{'s' if standing.refuted > 1 else ''} that a reviewer found not supported"
        yield f"a ruling on, or another wording of, {found}"


@dataclass(frozen=True)
class Ground:
    """What a round is decided on, read once under the article's lock.

    ``reviews`` are all of the version, ``verdicts`` those of signed reviews and those carried over.
    """

    version: Version
    policy: EditorialPolicy
    reviews: Sequence[Review]
    verdicts: Sequence[Said]


def ground(
    version: Version,
    *,
    policy: EditorialPolicy,
    now: datetime,
    reviews: Sequence[Review] | None = None,
    signing: Review | None = None,
) -> Ground:
    """What ``version`` would be decided on; with the verdicts of ``signing`` as if that review was signed.

    ``reviews`` are those of the version, where the caller has them.
    """
    stood_by = Q(review__state=State.SIGNED)
    own = ClaimCheck.objects.filter(stood_by | Q(review=signing) if signing else stood_by)
    verdicts = said(version, policy=policy, now=now, own=own)
    return Ground(version, policy, taking_part(version=version) if reviews is None else reviews, verdicts)


def standing(version: Version, *, policy: EditorialPolicy, now: datetime) -> Standing:
    """Count what stands over the digest of ``version``; nothing signed over another digest counts.

    Verdicts carried over count as far as they do at ``now``.
    """
    return _counted(ground(version, policy=policy, now=now))


def _counted(ground: Ground) -> Standing:
    version, policy, verdicts = ground.version, ground.policy, ground.verdicts
    signatures = list(Signature.objects.over(version).select_related("review").order_by("signed_at", "pk"))
    approvals = tuple(signature for signature in signatures if signature.decision == Decision.APPROVE)
    rule = policy.rule(version.article.risk)
    approvers = {signature.review.member_id for signature in approvals}
    present = {code for signature in approvals for code in signature.specialties}
    return Standing(
        quorum=rule.quorum,
        approvals=approvals,
        missing_specialties=tuple(sorted(set(rule.required_specialties) - present)),
        retracted=tuple(citation.number for citation in cited_retracted(version)),
        asks_for_changes=len(approvals) < len(signatures),
        at_work=sum(review.state == State.ACCEPTED for review in ground.reviews),
        blocking=sum(review.blocking for review in ground.reviews),
        unchecked=unchecked(version, verdicts, rule=policy.claim_checks, approvers=approvers),
        refuted=refuted(verdicts),
    )


def consolidate(version: Version, *, now: datetime) -> None:
    """Decide the round if what is signed decides it, as the system, in the caller's transaction.

    Called with the article's lock held after everything that can decide: a signature, a comment resolved,
    a verdict ruled on, a reviewer leaving.
    """
    if version.state == version_lifecycle.State.UNDER_REVIEW:
        policy = EditorialPolicy.objects.in_force(at=now)
        if policy:
            with ledger.together(), notices.together():
                decide(ground(version, policy=policy, now=now), among=people(version), now=now)


def decide(ground: Ground, *, among: People, now: datetime) -> None:
    """As ``consolidate``, for a version that is under review, on ``ground``; ``among`` are its people."""
    counted, version, system = _counted(ground), ground.version, among.system
    if counted.is_approval:
        reviewers = [_printed(signature) for signature in counted.approvals]
        versions.approve(version, policy=ground.policy, reviewers=reviewers, by=system, now=now)
    elif counted.is_request_for_changes:
        action, why = version_lifecycle.Action.REQUEST_CHANGES, "A reviewer asks for changes."
        move_version(version, action, by=system, now=now, reason=why, in_force=ground.policy)
    else:
        return
    conclude(version, ground.reviews, among=among, by=system, now=now)


def undecided() -> list[int]:
    """Ids of versions under review that somebody has signed for, the oldest first."""
    under_review = Version.objects.filter(state=version_lifecycle.State.UNDER_REVIEW)
    signed = under_review.filter(reviews__state=State.SIGNED)
    return list(signed.order_by("pk").values_list("pk", flat=True).distinct())


@transaction.atomic
def settle(*, version_id: int, now: datetime) -> Version:
    """Decide a round that nobody acts in any more, but which a new policy or classification asks less of."""
    version = lock_version(version_id)
    consolidate(version, now=now)
    return version


def conclude(version: Version, reviews: Sequence[Review], *, among: People, by: User, now: datetime) -> None:
    """After a round ended: close what is still open of its ``reviews``, and tell writers, editors and who signed."""
    _close([review for review in reviews if review.state in OPEN], version, system=among.system, now=now)
    announce_version(version, version.state, to=[*among.writers, *among.editors], by=by, now=now)
    for review in reviews:
        if review.has_signed:  # they see their review, not the version's record
            announce_version(version, version.state, to=[review.member.user], by=by, now=now, path=admin_path(review))


def _close(reviews: Sequence[Review], version: Version, *, system: User, now: datetime) -> None:
    """Lapse ``reviews``, as the system and never as the member's own act, and tell them."""
    for review in reviews:
        review.version = version
    move_all(reviews, Action.LAPSE, by=system, now=now, reason=f"The round ended: {version.get_state_display()}.")
    for review in reviews:
        announce(review, "review_closed", to=[review.member.user], by=system, now=now)


def _printed(signature: Signature) -> dict[str, Any]:
    """A signer as readers see them: name and credentials as they were when signing."""
    return {
        "name": signature.name,
        "credentials": signature.credentials,
        "orcid": signature.orcid,
        "signed_at": timestamp(signature.signed_at),
    }
