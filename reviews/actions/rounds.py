"""Ending a round without a signature: the writers withdraw, or an editor closes or decides it."""

from datetime import datetime

from django.db import transaction

from articles.actions.approval import require_reason
from articles.announcements import article_people
from articles.lifecycle import Action, State
from articles.models import Version
from articles.requirements import required
from articles.transitions import lock_for, move
from editorial.exceptions import Conflict, InvalidTransition
from editorial.mail import notices
from editorial.models import User
from editorial.permissions import require
from editorial.record import ledger
from reviews.permissions import cannot_decide
from reviews.rounds.decision import close_round, decide_if_complete, tally_round
from reviews.transitions import load_round


@transaction.atomic
def withdraw(*, version_id: int, by: User, now: datetime, reason: str = "") -> Version:
    """Withdraw a submitted version before it is decided. Its open reviews lapse."""
    return _end_round(version_id, Action.WITHDRAW, reason=reason, by=by, now=now)


@transaction.atomic
def request_changes(*, version_id: int, reason: str, by: User, now: datetime) -> Version:
    """Close the round and ask the writers for changes, which the reason describes."""
    require_reason(reason)
    return _end_round(version_id, Action.REQUEST_CHANGES, reason=reason, by=by, now=now)


@transaction.atomic
def reject(*, version_id: int, reason: str, by: User, now: datetime) -> Version:
    """Close the round and reject the version, with a reason."""
    require_reason(reason)
    return _end_round(version_id, Action.REJECT, reason=reason, by=by, now=now)


@transaction.atomic
def decide_round(*, version_id: int, by: User, now: datetime) -> Version:
    """Decide a round whose signatures suffice by now, when no further signature will trigger the decision.

    This is for changes outside the round, such as a cited work whose retraction was lifted. The passage of time never
    decides a round. Only editors can do this.

    Raises NotPermitted, InvalidTransition unless the version is under review, and Conflict, naming what is missing,
    when the signatures decide nothing.
    """
    version = lock_for(version_id, by=by)
    require(not cannot_decide(by), cannot_decide(by))
    if version.state != State.UNDER_REVIEW:
        raise InvalidTransition(f"The version is {version.get_state_display()}.")
    lacking = tally_round(version, requirements=required(version, at=now), now=now).missing
    decide_if_complete(version, approving=True, now=now)
    if version.state == State.UNDER_REVIEW:
        raise Conflict(f"The round cannot be decided yet. It still needs {'; '.join(lacking)}.", code="undecided")
    return version


def _end_round(version_id: int, action: Action, *, reason: str, by: User, now: datetime) -> Version:
    version = lock_for(version_id, by=by)
    with ledger.batched(), notices.batched():
        move(version, action, by=by, now=now, reason=reason.strip())
        close_round(version, load_round(version=version), participants=article_people(version), by=by, now=now)
    return version
