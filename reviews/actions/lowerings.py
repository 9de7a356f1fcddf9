"""Lowerings: requiring less during a review. One person proposes, another decides, and signers confirm."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from articles.actions.approval import require_reason
from articles.actions.classification import (
    Classification,
    classification_of,
    lowered,
    reclassify_in_review,
    refuse_unknown,
)
from articles.models import Article
from articles.requirements import required
from articles.transitions import lock as lock_version
from articles.transitions import record_in_ledger
from editorial.exceptions import Conflict, InvalidTransition, NotFound, NotPermitted
from editorial.models import User
from editorial.permissions import is_editor, require
from reviews.announcements import announce_lowering, ask_to_confirm
from reviews.lifecycle import Act, allow
from reviews.models import Decision, Lowering, LoweringOutcome, Review, Signature, SignatureConfirmation
from reviews.models.lowerings import lowering_hash
from reviews.permissions import cannot_decide_lowering, require_may
from reviews.rounds.decision import decide_if_complete
from reviews.rounds.obstacles import interests_touching, require_unhindered
from reviews.transitions import lock_for
from reviews.transitions import record_in_ledger as tell_review

CHANGED = "The classification of the article changed since this was proposed, so it is void. Propose it again."


@transaction.atomic
def propose_lowering(
    *, article_id: int, classification: Classification, reason: str, by: User, now: datetime
) -> Lowering:
    """Propose a classification with lower requirements while a version is in review. It changes nothing yet.

    Reviewers, writers, editors and chairs are notified: what is proposed, by whom and why. Another editor, or the chair
    of the board, confirms or refuses it.

    Raises NotFound, NotPermitted, InvalidTransition when no version is in review, Conflict when it lowers nothing or
    another proposal is pending, and Unacceptable.
    """
    article = Article.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).filter(pk=article_id).first()
    if article is None:
        raise NotFound("There is no such article.")
    require(is_editor(by), "Only editors propose another classification.")
    version = article.versions.in_review().select_related("article").first()
    if version is None:
        raise InvalidTransition("No version is in review; classify the article, with a reason.", code="not_in_review")
    refuse_unknown(classification)
    present = classification_of(article)
    less = lowered(present, classification)
    if not less:
        raise Conflict("This does not lower the requirements; classify the article.", code="nothing_less")
    require_reason(reason)
    waiting = Lowering.objects.undecided().filter(version=version).first()
    if waiting and waiting.before == present.as_json():
        raise Conflict(f"{waiting.proposed_by} has proposed this already: {waiting.words}.", code="proposed_already")
    if waiting:
        _record_decision(waiting, LoweringOutcome.VOID, by=by, now=now)
    lowering = Lowering.objects.create(
        version=version,
        before=present.as_json(),
        after=classification.as_json(),
        less=list(less),
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=now,
    )
    record_in_ledger(
        version,
        action="propose_lowering",
        by=by,
        now=now,
        reason=lowering.reason,
        lowering=lowering.pk,
        lowering_hash=lowering_hash(lowering),
        less=lowering.less,
    )
    announce_lowering(lowering, "lowering_proposed", by=by, now=now)
    return lowering


@transaction.atomic
def confirm_lowering(*, lowering_id: int, by: User, now: datetime) -> Lowering:
    """Confirm a proposed lowering: the new classification applies to the running round.

    Signatures given before do not count until their signers confirm them. Everyone in the round is notified.

    Raises NotFound, NotPermitted (see ``cannot_decide_lowering``), InvalidTransition when it was already decided or the
    round is over, and Conflict when the classification has changed since the proposal.
    """
    lowering = _load_undecided(lowering_id, by=by, now=now)
    version, after = lowering.version, Classification(**lowering.after)
    if classification_of(version.article).as_json() != lowering.before:
        raise Conflict(CHANGED, code="classification_changed")
    _record_decision(lowering, LoweringOutcome.CONFIRMED, by=by, now=now)
    tiers = version.tiers if lowering.before["risk"] == after.risk else [str(after.risk)]
    reclassify_in_review(version, after, tiers=tiers, by=by, now=now, reason=lowering.reason, lowering=lowering.pk)
    _ask_to_confirm(lowering, by=by, now=now)
    announce_lowering(lowering, "lowering_decided", by=by, now=now)
    return lowering


@transaction.atomic
def refuse_lowering(*, lowering_id: int, by: User, now: datetime) -> Lowering:
    """Refuse a proposed lowering; the round continues unchanged. Everyone in the round is notified.

    The person who proposed it can withdraw it in the same way.

    Raises NotFound, NotPermitted (see ``cannot_decide_lowering``), and InvalidTransition when it was already decided.
    """
    lowering = _load_undecided(lowering_id, by=by, now=now, may_take_back=True)
    _record_decision(lowering, LoweringOutcome.REFUSED, by=by, now=now)
    announce_lowering(lowering, "lowering_decided", by=by, now=now)
    return lowering


def _load_undecided(lowering_id: int, *, by: User, now: datetime, may_take_back: bool = False) -> Lowering:
    """Return the proposal under the lock of its article, if ``by`` may decide it while its version is in review."""
    seen = Lowering.objects.filter(pk=lowering_id).first()
    if seen is None:
        raise NotFound("There is no such proposal.")
    version = lock_version(seen.version_id)
    lowering = Lowering.objects.select_related("proposed_by").get(pk=lowering_id)
    lowering.version = version
    reason = cannot_decide_lowering(by, lowering, on=now.date())
    if reason and not (may_take_back and lowering.proposed_by_id == by.pk):
        raise NotPermitted(reason)
    if lowering.outcome:
        raise InvalidTransition(f"This was already decided: {lowering.get_outcome_display()}.")
    if not version.is_in_review:
        raise InvalidTransition(f"The version is {version.get_state_display()}; the proposal is void.")
    return lowering


def _record_decision(lowering: Lowering, outcome: LoweringOutcome, *, by: User, now: datetime) -> None:
    lowering.outcome, lowering.decided_by, lowering.decided_at = outcome, by, now
    lowering.save(update_fields=["outcome", "decided_by", "decided_at"])
    record_in_ledger(
        lowering.version, action="decide_lowering", by=by, now=now, lowering=lowering.pk, outcome=str(outcome)
    )


def _ask_to_confirm(lowering: Lowering, *, by: User, now: datetime) -> None:
    approvals = Signature.objects.over(lowering.version).filter(decision=Decision.APPROVE).order_by("pk")
    for signature in approvals.select_related("review__member__user", "review__version__article"):
        SignatureConfirmation.objects.create(signature=signature, lowering=lowering, asked_at=now)
        tell_review(
            signature.review, action="ask_confirmation", by=by, now=now, signature=signature.pk, lowering=lowering.pk
        )
        ask_to_confirm(signature.review, lowering, by=by, now=now)


@transaction.atomic
def confirm_signature(
    *, review_id: int, digest: str, by: User, now: datetime, identified_by: Sequence[str] = ()
) -> Review:
    """Confirm the member's own signature under the lowered requirements, so that it counts. This can decide the round.

    The ledger keeps ``identified_by``, the values of ``IdentifiedBy`` with which the caller has confirmed who it is.

    Raises Conflict when ``digest`` is not that of the version or there is nothing to confirm, NotPermitted because of a
    conflict of interest, and InvalidTransition.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.CONFIRM, review)
    allow(review.state, Act.CONFIRM)
    if not review.version.is_in_review:
        raise InvalidTransition(f"The version is {review.version.get_state_display()}.")
    rules = required(review.version, at=now)
    require_unhindered(review, interests_touching(review.version, on=now.date()), policy=rules.policy, now=now)
    if digest != review.version.digest:
        raise Conflict("This is not the text that is under review; read it again.", code="digest_mismatch")
    signature = Signature.objects.standing().filter(review=review).first()
    if signature is None:
        raise Conflict("An editor set this signature aside; it counts no more.", code="counts_no_more")
    waiting = list(SignatureConfirmation.objects.filter(signature=signature, confirmed_at=None).order_by("pk"))
    if not waiting:
        raise Conflict("Your signature counts; there is nothing to confirm.", code="nothing_to_confirm")
    SignatureConfirmation.objects.filter(pk__in=[row.pk for row in waiting]).update(confirmed_at=now)
    lowerings = [row.lowering_id for row in waiting]
    told: dict[str, Any] = {"signature": signature.pk, "lowerings": lowerings, "identified_by": list(identified_by)}
    tell_review(review, action="confirm_signature", by=by, now=now, **told)
    decide_if_complete(review.version, approving=True, now=now)
    return review
