"""The member's answer to an invitation."""

from datetime import datetime, timedelta

from django.db import transaction

from articles.actions.standing import require_reason
from articles.announcements import editors
from articles.lifecycle import IN_REVIEW
from articles.lifecycle import Action as VersionAction
from articles.lifecycle import State as VersionState
from articles.transitions import move as move_version
from editorial.exceptions import InvalidTransition
from editorial.models import EditorialPolicy, User
from reviews.actions.inviting import fill_seats
from reviews.announcements import announce, confirm
from reviews.carrying import carry_over
from reviews.consolidation import consolidate
from reviews.lifecycle import Action, after
from reviews.models import Review
from reviews.permissions import require_may, require_unhindered
from reviews.transitions import lock_for, move


@transaction.atomic
def accept(*, review_id: int, by: User, now: datetime, via: str = "") -> Review:
    """Take the review on; it is due as the policy says from today. The first acceptance begins the review.

    Verdicts of earlier versions are carried over to claims that are the same. ``via`` is told to the ledger: by which
    way the answer came, if not from here.
    Raises NotPermitted, also when an interest or an expired licence stands in the way, and InvalidTransition.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Action.ACCEPT, review)
    after(review.state, Action.ACCEPT)
    if review.version.state not in IN_REVIEW:
        raise InvalidTransition(f"The version is {review.version.get_state_display()}.")
    policy = EditorialPolicy.objects.required(at=now)
    require_unhindered(review, policy=policy, now=now)
    review.accepted_at, review.due_at = now, now + timedelta(days=policy.days_to_review)
    move(review, Action.ACCEPT, by=by, now=now, due_at=review.due_at, **_way(via))
    if review.version.state == VersionState.SUBMITTED:
        move_version(review.version, VersionAction.BEGIN_REVIEW, by=User.objects.system(), now=now)
    carry_over(review.version, policy=policy, now=now)
    announce(review, "review_accepted", to=editors(), by=by, now=now)
    confirm(review, now=now)
    return review


@transaction.atomic
def decline(*, review_id: int, reason: str, by: User, now: datetime, via: str = "") -> Review:
    """Turn the review down, before or after accepting it, with a reason for the editor. ``via`` is as in ``accept``."""
    return _leave(review_id, Action.DECLINE, reason=reason, by=by, now=now, via=via)


@transaction.atomic
def recuse(*, review_id: int, reason: str, by: User, now: datetime) -> Review:
    """Step back because of a conflict of interest, naming it."""
    return _leave(review_id, Action.RECUSE, reason=reason, by=by, now=now)


def _leave(review_id: int, action: Action, *, reason: str, by: User, now: datetime, via: str = "") -> Review:
    review = lock_for(review_id, by=by)
    require_reason(reason)
    move(review, action, by=by, now=now, reason=reason.strip(), **_way(via))
    announce(review, "review_declined", to=editors(), by=by, now=now)
    consolidate(review.version, now=now)
    fill_seats(review.version, now=now)
    return review


def _way(via: str) -> dict[str, str]:
    return {"via": via} if via else {}
