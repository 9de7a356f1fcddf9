"""Ending objections: by their author, or by a reviewer who finds that the changed words answer them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from editorial.exceptions import Conflict, InvalidTransition, NotFound
from editorial.models import User
from reviews.announcements import announce_accepted_change
from reviews.desk.objections import Objection, open_objections
from reviews.lifecycle import State
from reviews.models import AcceptedChange, ClaimCheck, Comment, Review, Ruling, RulingKind
from reviews.models.accepted_changes import accepted_change_hash
from reviews.models.comments_and_verdicts import ruling_hash
from reviews.permissions import require_may_withdraw, require_open_review
from reviews.rounds.decision import decide_rounds_of
from reviews.transitions import lock, record_in_ledger

NO_VERDICT = "There is no such verdict."
NO_COMMENT = "There is no such comment."


@transaction.atomic
def withdraw_verdict(*, check_id: int, by: User, now: datetime, reason: str = "") -> Ruling:
    """Withdraw the reviewer's own negative verdict after the review is over. This can decide the round.

    In an open review, the reviewer changes the verdict instead.

    Raises NotFound, NotPermitted, and InvalidTransition for a verdict that is not negative, has already ended, or
    belongs to an open review.
    """
    review = lock(_load_verdict(check_id, by=by).review_id)
    check = _load_verdict(check_id, by=by)
    require_may_withdraw(by, check)
    if review.state == State.ACCEPTED:
        raise InvalidTransition("Your review is still open. Change the verdict at the desk.")
    if not check.blocks:
        raise InvalidTransition("This verdict blocks nothing, so there is nothing to withdraw.")
    words = reason.strip() or "Withdrawn by its reviewer."
    fields = {"claim_check": check, "verdict": check.verdict, "reason": words, "ruled_by": by, "ruled_at": now}
    ruling = Ruling.objects.create(kind=RulingKind.WITHDRAWN, **fields)
    record_in_ledger(
        review,
        action="withdraw_verdict",
        by=by,
        now=now,
        check=check.pk,
        ruling=ruling.pk,
        verdict=str(check.verdict),
        reason=words,
        ruling_hash=ruling_hash(ruling),
    )
    decide_rounds_of(check.review.version.article, now=now)
    return ruling


@transaction.atomic
def accept_changed_claim(*, check_id: int, by: User, now: datetime, reason: str = "") -> AcceptedChange:
    """Accept, as a reviewer of a later version, that changed words answer a negative verdict.

    This can decide the round. If a later version states the same claim again, the verdict blocks again. The reviewer
    who gave the verdict and the writers are notified.

    Raises NotFound, NotPermitted unless ``by`` has an open review of the version in review, and Conflict when the words
    are unchanged or the objection has already ended.
    """
    lock(_load_verdict(check_id, by=by).review_id)
    return _accept(_load_verdict(check_id, by=by), by=by, now=now, reason=reason)


@transaction.atomic
def accept_changed_passage(*, comment_id: int, by: User, now: datetime, reason: str = "") -> AcceptedChange:
    """Accept, as a reviewer of a later version, that changed words answer a blocking comment.

    This can decide the round. If a later version has the same words again, the comment blocks again. The author of the
    comment and the writers are notified.

    Raises as ``accept_changed_claim`` does.
    """
    lock(_load_comment(comment_id, by=by).review_id)
    return _accept(_load_comment(comment_id, by=by), by=by, now=now, reason=reason)


def accept_own_changes(
    review: Review, objections: Iterable[Objection], *, by: User, now: datetime
) -> tuple[Objection, ...]:
    """End the signer's own objections to words that were changed: approving the new words accepts them.

    Returns the objections that stay open. The caller holds the article's lock and has refused own objections to
    unchanged words.
    """
    left = []
    for objection in objections:
        if objection.stands or not objection.is_by(by):
            left.append(objection)
        else:
            _record_acceptance(objection.source, review, by=by, now=now, reason="")
    return tuple(left)


def _accept(source: Comment | ClaimCheck, *, by: User, now: datetime, reason: str) -> AcceptedChange:
    review = require_open_review(by, source.review.version.article)
    objection = next((candidate for candidate in open_objections(review.version) if candidate.source == source), None)
    if objection is None:
        raise Conflict("This objection was ended already.", code="ended")
    if objection.stands:
        raise Conflict(
            "Its words are unchanged in this version. Only its author or an editor can end it.", code="stands"
        )
    accepted = _record_acceptance(source, review, by=by, now=now, reason=reason.strip())
    announce_accepted_change(objection, version=review.version, by=by, now=now, reason=accepted.reason)
    decide_rounds_of(review.version.article, now=now)
    return accepted


def _record_acceptance(
    source: Comment | ClaimCheck, review: Review, *, by: User, now: datetime, reason: str
) -> AcceptedChange:
    which = {"comment": source} if isinstance(source, Comment) else {"claim_check": source}
    accepted = AcceptedChange.objects.create(
        version=review.version, reason=reason, accepted_by=by, accepted_at=now, **which
    )
    about = {"accepted_change": accepted.pk, "objection_of_review": source.review_id}
    about |= {name: record.pk for name, record in which.items()}
    record_in_ledger(
        review, action="accept_change", by=by, now=now, accepted_change_hash=accepted_change_hash(accepted), **about
    )
    return accepted


def _load_verdict(check_id: int, *, by: User) -> ClaimCheck:
    """Return the current verdict. Raises NotFound if ``by`` may not read it."""
    seen = ClaimCheck.objects.visible_to(by).with_rulings().select_related("claim", "review__version__article")
    if check := seen.filter(pk=check_id).first():
        return check
    raise NotFound(NO_VERDICT)


def _load_comment(comment_id: int, *, by: User) -> Comment:
    seen = Comment.objects.visible_to(by).select_related("review__version__article")
    if comment := seen.filter(pk=comment_id, is_blocking=True).first():
        return comment
    raise NotFound(NO_COMMENT)
