"""Due dates of a review: put off, and called to mind."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from articles.actions.standing import require_reason
from editorial.exceptions import Conflict, Fault, Unacceptable
from editorial.models import User
from reviews import answer_links
from reviews.actions.inviting import fill_seats
from reviews.announcements import announce
from reviews.consolidation import consolidate
from reviews.lifecycle import Act, Action, State, after, allow
from reviews.models import Review
from reviews.permissions import require_may
from reviews.transitions import lock, lock_for, move, record, tell

LATEST = timedelta(days=366)
"""A date further off than a year is a slip of the keyboard."""


@transaction.atomic
def extend(*, review_id: int, due_at: datetime, by: User, now: datetime, reason: str) -> Review:
    """Put off what is expected of the member now: the answer to an invitation, else the signature.

    An invited member's review itself is due later by as much. The member is told. Raises NotPermitted,
    InvalidTransition for a review that is not open, and Unacceptable for a date that is past, not later than the
    present one, or more than a year away.
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
    record(review, by=by, now=now, reason=reason.strip())
    if review.state == State.INVITED:
        answer_links.issue(review, now=now)
    tell(review, action="extend", by=by, now=now, before=present, due_at=due_at, reason=reason.strip())
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
    """Close an open review whose time is over, as the house itself; its member is told.

    ``offer_seat`` invites whom the round lacks then, also where the policy does not invite by itself. Raises
    NotPermitted, InvalidTransition for a review that is not open, and Conflict while its time is not over.
    """
    review = lock(review_id)
    require_may(by, Action.LAPSE, review)
    after(review.state, Action.LAPSE)
    if review.expected_by > now:
        raise Conflict("Its time is not over.", code="not_overdue")
    late = "The invitation was not answered" if review.state == State.INVITED else "The review was not signed"
    move(review, Action.LAPSE, by=by, now=now, reason=f"{late} in time.")
    announce(review, "review_closed", to=[review.member.user], by=by, now=now)
    consolidate(review.version, now=now)
    fill_seats(review.version, now=now, always=offer_seat)
    return review


@transaction.atomic
def remind(*, review_id: int, by: User, now: datetime) -> Review:
    """Call an open review to its member's mind by mail, at most once a day.

    Raises NotPermitted, InvalidTransition for a review that is not open, and Conflict when the member was reminded
    today already or has no address.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.REMIND, review)
    allow(review.state, Act.REMIND)
    day = timezone.localtime(now).date().isoformat()
    if not announce(review, "review_reminder", to=[review.member.user], by=by, now=now, occasion=day):
        words = f"{review.member.user} was reminded today already, or cannot be reached by mail."
        raise Conflict(words, code="reminded_already")
    tell(review, action="remind", by=by, now=now)
    return review
