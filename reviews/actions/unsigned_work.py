"""Handing over what a reviewer wrote in a review that ended unsigned."""

from datetime import datetime

from django.db import transaction

from articles.announcements import editors
from editorial.exceptions import Conflict
from editorial.models import User
from reviews.announcements import announce
from reviews.lifecycle import Act, allow
from reviews.models import Review
from reviews.models.unsigned_work import asks_to_hand_over
from reviews.permissions import require_may
from reviews.transitions import lock_for, record_in_ledger, save_with_history


@transaction.atomic
def hand_over(*, review_id: int, handed_over: bool, by: User, now: datetime) -> Review:
    """Decide whether editors and writers may read the member's unsigned work in a review that ended.

    The decision is final. Editors and writers can read objections in either case.

    Raises NotPermitted, InvalidTransition unless the review ended unsigned, and Conflict when it was already decided or
    there is nothing to hand over.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.HAND_OVER, review)
    allow(review.state, Act.HAND_OVER)
    if not asks_to_hand_over(review):
        raise Conflict("There is nothing to hand over, or you have answered already.", code="nothing_to_hand_over")
    review.handed_over, review.handed_over_at = handed_over, now
    save_with_history(review, by=by, now=now, reason="handed over" if handed_over else "kept to oneself")
    record_in_ledger(review, action="hand_over", by=by, now=now, handed_over=handed_over)
    if handed_over:
        announce(review, "work_handed_over", to=editors(), by=by, now=now)
    return review
