"""The one door through which a review changes its state."""

from datetime import datetime
from typing import Any

from articles import transitions as versions
from editorial.exceptions import OutOfSight
from editorial.models import User
from editorial.permissions import is_system, reads_the_record
from reviews.lifecycle import Action, after
from reviews.models import Review
from reviews.permissions import is_reviewer, require_may


def lock(review_id: int) -> Review:
    """The review, read afresh under the lock of its article. Raises OutOfSight when there is none."""
    version_id = Review.objects.filter(pk=review_id).values_list("version", flat=True).first()
    if version_id is None:
        raise OutOfSight("There is no such review.")
    version = versions.lock(version_id)
    review = Review.objects.select_related("member__user").get(pk=review_id)
    review.version = version
    return review


def lock_for(review_id: int, *, by: User) -> Review:
    """As ``lock``, for the reviewer, readers of the record and the house; others are told that it isn't there."""
    review = lock(review_id)
    if not (is_reviewer(by, review) or is_system(by) or reads_the_record(by)):
        raise OutOfSight("There is no such review.")
    return review


def move(review: Review, action: Action, *, by: User, now: datetime, reason: str = "", **particulars: Any) -> Review:
    """Authorise, look up, write state, history and ledger. The caller holds the article's lock.

    ``particulars`` are told to the ledger. Raises NotPermitted and InvalidTransition.
    """
    require_may(by, action, review)
    before, target = review.state, after(review.state, action)
    review.state, review.state_changed_at, review.state_reason = target, now, reason
    review.may_move = True
    try:
        record(review, by=by, now=now, reason=reason or action.label)
    finally:
        review.may_move = False
    tell(review, action=action, by=by, now=now, before=before, after=target, reason=reason, **particulars)
    return review


def record(review: Review, *, by: User, now: datetime, reason: str) -> None:
    """Save ``review`` with history as its next revision."""
    review.revision += 0 if review._state.adding else 1
    review.record(by=by, now=now, reason=reason)


def tell(review: Review, *, action: str, by: User, now: datetime, **particulars: Any) -> None:
    """Write what happened in ``review`` to the ledger of its article."""
    about = {"review": review.pk, "member": review.member_id}
    versions.tell(review.version, action=f"review.{action}", by=by, now=now, **about, **particulars)
