"""Whether a round is decided: what the policy in force asks for, and what has been signed so far."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from articles import actions as versions
from articles import lifecycle as version_lifecycle
from articles.announcements import announce as announce_version
from articles.announcements import editors, writers
from articles.models import Version
from articles.retractions import cited_retracted
from articles.transitions import lock as lock_version
from articles.transitions import move as move_version
from editorial.canonical import timestamp
from editorial.models import EditorialPolicy, User
from reviews.announcements import announce
from reviews.lifecycle import Action, State
from reviews.models import ClaimCheck, Comment, Decision, Review, Signature
from reviews.places import admin_path
from reviews.transitions import move
from reviews.verdicts import refuted, said, unchecked


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


def standing(version: Version, *, policy: EditorialPolicy, now: datetime) -> Standing:
    """Count what stands over the digest of ``version``; nothing signed over another digest counts.

    Verdicts carried over count as far as they do at ``now``.
    """
    signatures = list(Signature.objects.over(version).select_related("review").order_by("signed_at", "pk"))
    approvals = tuple(signature for signature in signatures if signature.decision == Decision.APPROVE)
    rule = policy.rule(version.article.risk)
    verdicts = said(version, policy=policy, now=now, own=ClaimCheck.objects.signed())
    approvers = {signature.review.member_id for signature in approvals}
    present = {code for signature in approvals for code in signature.specialties}
    return Standing(
        quorum=rule.quorum,
        approvals=approvals,
        missing_specialties=tuple(sorted(set(rule.required_specialties) - present)),
        retracted=tuple(citation.number for citation in cited_retracted(version)),
        asks_for_changes=len(approvals) < len(signatures),
        at_work=Review.objects.filter(version=version, state=State.ACCEPTED).count(),
        blocking=Comment.objects.filter(version=version).blocking().count(),
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
            decide(version, policy=policy, now=now)


def decide(version: Version, *, policy: EditorialPolicy, now: datetime) -> None:
    """As ``consolidate``, for a version that is under review; ``policy`` is the one in force at ``now``."""
    counted, system = standing(version, policy=policy, now=now), User.objects.system()
    if counted.is_approval:
        reviewers = [_printed(signature) for signature in counted.approvals]
        versions.approve(version, policy=policy, reviewers=reviewers, by=system, now=now)
        conclude(version, by=system, now=now)
    elif counted.is_request_for_changes:
        move_version(
            version, version_lifecycle.Action.REQUEST_CHANGES, by=system, now=now, reason="A reviewer asks for changes."
        )
        conclude(version, by=system, now=now)


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


def conclude(version: Version, *, by: User, now: datetime) -> None:
    """After a round ended: close what is still open in it, and tell writers, editors and who signed."""
    close_open_reviews(version, now=now)
    announce_version(version, version.state, to=[*writers(version), *editors()], by=by, now=now)
    signed = Review.objects.filter(version=version, signatures__isnull=False).select_related("member__user")
    for review in signed.order_by("pk").distinct():  # they see their review, not the version's record
        announce_version(version, version.state, to=[review.member.user], by=by, now=now, path=admin_path(review))


def close_open_reviews(version: Version, *, now: datetime) -> None:
    """Lapse every open review of ``version``, as the system and never as the member's own act, and tell them."""
    system = User.objects.system()
    for review in Review.objects.open().filter(version=version).select_related("member__user").order_by("pk"):
        review.version = version
        move(review, Action.LAPSE, by=system, now=now, reason=f"The round ended: {version.get_state_display()}.")
        announce(review, "review_closed", to=[review.member.user], by=system, now=now)


def _printed(signature: Signature) -> dict[str, Any]:
    """A signer as readers see them: name and credentials as they were when signing."""
    return {
        "name": signature.name,
        "credentials": signature.credentials,
        "orcid": signature.orcid,
        "signed_at": timestamp(signature.signed_at),
    }
