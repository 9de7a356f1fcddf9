"""Sessions: log out one's own, and log someone else out everywhere."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from editorial.accounts.access import end_access
from editorial.exceptions import NotFound
from editorial.models import AccountSession, User
from editorial.permissions import is_administrator, require, required_reason


@transaction.atomic
def end_own_session(*, session_id: int, by: User, now: datetime) -> None:
    """Log out one session of one's own. Raises NotFound if there is no such session."""
    if not _end(by.account_sessions.live(at=now).filter(pk=session_id)):
        raise NotFound("There is no such session.")


@transaction.atomic
def end_other_sessions(*, current_key: str, by: User, now: datetime) -> int:
    """Log out all of one's own sessions except the one with the key ``current_key``; return how many."""
    return _end(by.account_sessions.live(at=now).exclude(session_key=current_key))


def _end(sessions: QuerySet[AccountSession]) -> int:
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    AccountSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


@transaction.atomic
def log_out_everywhere(*, account_id: int, reason: str, by: User, now: datetime) -> User:
    """End the sessions of someone else, and everything else that lets into the account, with a reason.

    API tokens, answer links and the calendar address end, too. It is recorded in the account's history and in the
    ledger of the board, and its owner gets a mail. Raises NotPermitted unless ``by`` is an administrator and for one's
    own account, and Unacceptable without a reason.
    """
    require(is_administrator(by), "Only administrators log someone else out.")
    require(by.pk != account_id, "End your own sessions on the page “My account”.")
    reason = required_reason(reason)
    account = User.objects.select_for_update(no_key=True).get(pk=account_id)
    account.record(by=by, now=now, reason=f"logged out everywhere: {reason}")
    end_access(account=account, event="logged out everywhere", reason=reason, by=by, now=now)
    return account
