"""Ending a round other than by signatures: the writers withdraw, or an editor closes it."""

from datetime import datetime

from django.db import transaction

from articles.actions.standing import require_reason
from articles.announcements import people
from articles.lifecycle import Action
from articles.models import Version
from articles.transitions import lock_for, move
from editorial import ledger, notices
from editorial.models import User
from reviews.consolidation import conclude
from reviews.transitions import taking_part


@transaction.atomic
def withdraw(*, version_id: int, by: User, now: datetime, reason: str = "") -> Version:
    """Take a submitted version back before it is decided; open reviews of it lapse."""
    return _end(version_id, Action.WITHDRAW, reason=reason, by=by, now=now)


@transaction.atomic
def request_changes(*, version_id: int, reason: str, by: User, now: datetime) -> Version:
    """Close the round and ask the writers for changes, saying which."""
    require_reason(reason)
    return _end(version_id, Action.REQUEST_CHANGES, reason=reason, by=by, now=now)


@transaction.atomic
def reject(*, version_id: int, reason: str, by: User, now: datetime) -> Version:
    """Close the round and turn the version down, saying why."""
    require_reason(reason)
    return _end(version_id, Action.REJECT, reason=reason, by=by, now=now)


def _end(version_id: int, action: Action, *, reason: str, by: User, now: datetime) -> Version:
    version = lock_for(version_id, by=by)
    with ledger.together(), notices.together():
        move(version, action, by=by, now=now, reason=reason.strip())
        conclude(version, taking_part(version=version), among=people(version), by=by, now=now)
    return version
