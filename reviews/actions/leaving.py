"""Handing on the open reviews of people who left: the board, or with their account the site."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from articles.announcements import editors
from articles.lifecycle import IN_REVIEW
from articles.models import Version
from editorial.actions.board import lock_member
from editorial.mail import notices
from editorial.models import BoardMember, SweepTask, User
from editorial.record.canonical_json import JSONDict
from editorial.record.sweeps import sweep
from reviews.actions.invitations import Offer, offer_seats
from reviews.announcements import announce
from reviews.invitations.urls import admin_path
from reviews.lifecycle import OPEN, Action
from reviews.models import Departure, HandedOn, Review
from reviews.models.unsigned_work import count_unsigned_work
from reviews.rounds.decision import decide_if_complete
from reviews.transitions import lock, move, record_in_ledger


def hand_on_reviews(*, now: datetime) -> int:
    """Hand on every open review whose reviewer is out of office or has a closed account. Returns how many.

    Each is handed on in its own transaction, and editors get one mail about each reviewer who left. It can run any
    number of times and concurrently.
    """
    left = Review.objects.of_leavers(on=now.date()).order_by("pk").values_list("pk", flat=True)
    with sweep(SweepTask.HAND_ON_REVIEWS, now=now) as run:
        handed_on = sum(run.each(Review, list(left), lambda pk: _hand_on_if_left(pk, now=now)))
    _notify_of_handed_on(now=now)
    return handed_on


def _hand_on_if_left(review_id: int, *, now: datetime) -> bool:
    """Check again under the article's lock: by now the review may be signed or answered, or its reviewer be back."""
    review = lock(review_id)
    if review.state not in OPEN or review.member.is_in_office(on=now.date()):
        return False
    hand_on(review, now=now)
    return True


def hand_on(review: Review, *, now: datetime) -> HandedOn:
    """End an open review whose reviewer left, as the system, and invite the next suitable members for its seat.

    They are chosen as when a reviewer does not answer in time. What the reviewer wrote stays on record in their name.
    The caller holds the article's lock.
    """
    cause, system = _cause(review.member.user), User.objects.system()
    move(review, Action.LAPSE, by=system, now=now, reason=f"Handed on, because the reviewer left: {cause.label}.")
    announce(review, "review_closed", to=[review.member.user], by=system, now=now)
    decide_if_complete(review.version, approving=False, now=now)
    offer = offer_seats(review.version, now=now)
    replacements = [invited.pk for invited in offer.invited]
    record_in_ledger(
        review, action="hand_on", by=system, now=now, replacements=replacements, lacking=list(offer.lacking)
    )
    return HandedOn.objects.create(
        review=review,
        cause=cause,
        replacements=replacements,
        needs_editor=bool(offer.lacking),
        outcome=_outcome(review.version, offer),
        handed_on_at=now,
    )


def _cause(account: User) -> Departure:
    if account.is_active:
        return Departure.TERM_OVER
    return Departure.MERGED if account.merged_into_id else Departure.CLOSED


def _outcome(version: Version, offer: Offer) -> str:
    """Return as text who was invited, and what the round still lacks."""
    if version.state not in IN_REVIEW:
        return f"Nobody was invited: the round ended ({version.get_state_display()})."
    invited = [f"{review.member.user} was invited." for review in offer.invited]
    lacking = [f"Nobody is available: the round still needs {' and '.join(offer.lacking)}."] if offer.lacking else []
    return " ".join([*invited, *lacking]) or "Nobody was invited: the other reviewers suffice."


def _notify_of_handed_on(*, now: datetime) -> None:
    """Notify the editors, in one mail for each reviewer who left, of reviews that they were not notified of yet."""
    waiting = HandedOn.objects.filter(notified_at=None).order_by("review__member").distinct("review__member")
    members = list(waiting.values_list("review__member", flat=True))
    with sweep(SweepTask.TELL_OF_HANDED_ON, now=now) as run:
        run.each(BoardMember, members, lambda pk: _notify(pk, now=now))


def _notify(member_id: int, *, now: datetime) -> None:
    """Notify the editors, under the member's lock: another worker may have done it by now."""
    member = lock_member(member_id)
    waiting = HandedOn.objects.filter(review__member=member_id, notified_at=None)
    rows = list(waiting.select_related("review__version", "review__member__user").order_by("pk"))
    if not rows:
        return
    notices.owe(
        kind="reviews_handed_on",
        recipients=editors(),
        subject=f"boardmember:{member.pk}",
        occasion=f"handed_on:{rows[-1].pk}",
        context={
            "member": str(member.user),
            "cause": rows[-1].get_cause_display(),
            "is_closed": not member.user.is_active,
            "lines": handed_on_lines(rows),
            "needs_editor": any(row.needs_editor for row in rows),
            "path": reverse("admin:index"),
        },
        now=now,
    )
    waiting.filter(pk__in=[row.pk for row in rows]).update(notified_at=now)


def handed_on_lines(rows: Sequence[HandedOn]) -> list[JSONDict]:
    """Return for a mail what became of each review, and how many objections in it are open."""
    work = count_unsigned_work([row.review for row in rows])
    return [
        {
            "version": str(row.review.version),
            "question": row.review.version.question,
            "outcome": row.outcome,
            "objections": work[row.review_id].objections,
            "path": admin_path(row.review),
        }
        for row in rows
    ]
