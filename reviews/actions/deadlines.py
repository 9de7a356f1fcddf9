"""Due dates of a review: extending, reminding, and closing overdue reviews."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from articles.actions.approval import require_reason
from editorial.exceptions import Conflict, Fault, Unacceptable
from editorial.models import User
from reviews.actions.invitations import fill_seats
from reviews.announcements import announce, announce_unsigned
from reviews.invitations import answer_links
from reviews.lifecycle import Act, Action, State, after, allow
from reviews.models import Review
from reviews.permissions import require_may
from reviews.rounds.decision import decide_if_complete
from reviews.rounds.obstacles import cannot_remind
from reviews.transitions import lock, lock_for, move, record_in_ledger, save_with_history

LATEST = timedelta(days=366)
"""The maximum extension. A date more than a year away is probably a typing error."""


@transaction.atomic
def extend(*, review_id: int, due_at: datetime, by: User, now: datetime, reason: str) -> Review:
    """Extend the member's current due date: that of the answer to an invitation, otherwise that of the signature.

    For an invited member, the due date of the review moves by the same time. The member is notified.

    Raises NotPermitted, InvalidTransition for a review that is not open, and Unacceptable for a date that is in the
    past, not later than the current one, or more than a year away.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.EXTEND, review)
    allow(review.state, Act.EXTEND)
    require_reason(reason)
    present = review.expected_by
    _refuse_date(due_at, present=present, now=now)
    review.due_at += due_at - present
    if review.state == State.INVITED:
        review.respond_by = due_at
    save_with_history(review, by=by, now=now, reason=reason.strip())
    if review.state == State.INVITED:
        answer_links.issue_link(review, now=now)
    record_in_ledger(review, action="extend", by=by, now=now, before=present, due_at=due_at, reason=reason.strip())
    announce(review, "review_extended", to=[review.member.user], by=by, now=now, reason=reason.strip())
    return review


def _refuse_date(due_at: datetime, *, present: datetime, now: datetime) -> None:
    if due_at <= max(present, now):
        fault = Fault("/due_at", "not_later", "The new date has to be later than the present one, and than today.")
    elif due_at > now + LATEST:
        fault = Fault("/due_at", "too_far", "The new date is more than a year away.")
    else:
        return
    raise Unacceptable(fault.detail, faults=(fault,))


@transaction.atomic
def lapse(*, review_id: int, by: User, now: datetime, offer_seat: bool = False) -> Review:
    """Close an overdue open review, as the system, and notify its member.

    ``offer_seat`` invites members for the empty seat even if the policy does not do so automatically. Raises
    NotPermitted, InvalidTransition for a review that is not open, and Conflict if it is not overdue.
    """
    review = lock(review_id)
    require_may(by, Action.LAPSE, review)
    after(review.state, Action.LAPSE)
    if review.expected_by > now:
        raise Conflict("Its time is not over.", code="not_overdue")
    late = "The invitation was not answered" if review.state == State.INVITED else "The review was not signed"
    move(review, Action.LAPSE, by=by, now=now, reason=f"{late} in time.")
    announce(review, "review_closed", to=[review.member.user], by=by, now=now)
    announce_unsigned([review], now=now)
    decide_if_complete(review.version, approving=False, now=now)
    fill_seats(review.version, now=now, always=offer_seat)
    return review


@transaction.atomic
def remind(*, review_id: int, by: User, now: datetime) -> Review:
    """Send the member of an open review a reminder by mail, at most once a day.

    Raises NotPermitted, InvalidTransition for a review that is not open, and Conflict when the member can no longer
    sign, was already reminded today or has no address.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.REMIND, review)
    allow(review.state, Act.REMIND)
    if why := cannot_remind(review, on=now.date()):
        raise Conflict(why, code="cannot_remind")
    day = timezone.localtime(now).date().isoformat()
    if not announce(review, "review_reminder", to=[review.member.user], by=by, now=now, occasion=day):
        words = f"{review.member.user} was reminded today already, or cannot be reached by mail."
        raise Conflict(words, code="reminded_already")
    record_in_ledger(review, action="remind", by=by, now=now)
    return review
