"""Merge two accounts of one person: the duplicate is closed, and its past actions stay in its name."""

from datetime import date, datetime

from editorial import autosave
from editorial.accounts.access import ACCOUNT_MERGED, end_access
from editorial.exceptions import Conflict, Fault, Unacceptable
from editorial.models import BoardMember, User
from editorial.models.accounts import SYSTEM_USERNAME
from editorial.models.ledger import BOARD_CHAIN
from editorial.permissions import is_administrator, require
from editorial.record import ledger
from editorial.record.field_values import values


def close_duplicate(*, duplicate_id: int, account_id: int, reason: str, by: User, now: datetime) -> tuple[User, User]:
    """Close one account in favour of another and end its term on the board; return both, the duplicate first.

    The caller is ``reviews.actions.merge_accounts``, which updates the rounds and approvals that this affects.

    Raises NotPermitted unless ``by`` is an administrator, Unacceptable without a reason or for an account that is
    missing, closed or the system's, and Conflict for an account that was merged before or is one's own.
    """
    require(is_administrator(by), "Only administrators merge accounts.")
    if not reason.strip():
        fault = Fault("/reason", "required", "Say how you know that both are of one person; it goes on record.")
        raise Unacceptable(fault.detail, faults=(fault,))
    duplicate, account = _both(duplicate_id, account_id)
    if duplicate.pk in (account.pk, by.pk):
        raise Conflict("The account that is closed is neither the one that stays nor your own.", code="same_account")
    if duplicate.merged_into_id:
        raise Conflict("This account was merged already.", code="merged_already")
    duplicate.merged_into, duplicate.is_active = account, False
    duplicate.record(by=by, now=now, reason=f"merged into {account.username}: {reason.strip()}")
    payload = {"record": f"user:{duplicate.pk}", "into": account.pk, "reason": reason.strip()}
    ledger.append(chain=BOARD_CHAIN, action="accounts_merged", by=by, now=now, payload=payload)
    _end_seat(duplicate, on=now.date(), by=by, now=now)
    end_access(account=duplicate, event=ACCOUNT_MERGED, by=by, now=now)
    autosave.transfer_forms(duplicate, account)
    return duplicate, account


def _both(duplicate_id: int, account_id: int) -> tuple[User, User]:
    """Return both accounts, locked. Raises Unacceptable if one is missing or ``account_id`` is closed."""
    rows = User.objects.select_for_update(no_key=True).exclude(username=SYSTEM_USERNAME)
    accounts = {row.pk: row for row in rows.filter(pk__in={duplicate_id, account_id}).order_by("pk")}
    duplicate, account = accounts.get(duplicate_id), accounts.get(account_id)
    if duplicate is None or account is None or not account.is_active:
        fault = Fault("/account", "no_active_account", "Choose an active account of the same person.")
        raise Unacceptable(fault.detail, faults=(fault,))
    return duplicate, account


def _end_seat(duplicate: User, *, on: date, by: User, now: datetime) -> None:
    member = BoardMember.objects.filter(user=duplicate).first()
    if member is None or (member.term_to is not None and member.term_to <= on):
        return
    member.term_to = max(member.term_from, on)
    member.record(by=by, now=now, reason="the account was merged")
    payload = {"record": f"boardmember:{member.pk}", "values": values(member), "reason": "the account was merged"}
    ledger.append(chain=BOARD_CHAIN, action="boardmember_changed", by=by, now=now, payload=payload)
