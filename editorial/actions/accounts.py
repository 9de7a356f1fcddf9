"""Accounts and their passwords."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from editorial.accounts import password_links
from editorial.accounts.access import end_access, end_access_of_changed_roles, roles_of
from editorial.exceptions import Conflict
from editorial.mail import notices
from editorial.models import User
from editorial.models.ledger import BOARD_CHAIN
from editorial.permissions import is_administrator, require
from editorial.record import ledger


@transaction.atomic
def keep_account(*, account: User, by: User, now: datetime, reason: str = "") -> User:
    """Save an account, with its roles. A change of roles, or closing the account, ends its access.

    Raises NotPermitted unless ``by`` is an administrator.
    """
    require(is_administrator(by), "Only administrators change accounts.")
    stored = User.objects.select_for_update(no_key=True).filter(pk=account.pk).first()
    account.record(by=by, now=now, reason=reason)
    if stored:
        end_access_of_changed_roles(account=account, before=roles_of(stored), by=by, now=now)
    return account


@transaction.atomic
def change_password(*, account_id: int, password: str, by: User, now: datetime, keep_tokens: bool = False) -> User:
    """Set a password, and end the account's access; the caller has validated the strength of the password.

    ``keep_tokens`` is for one's own account only, and keeps its API tokens. Raises NotPermitted unless it is one's own
    account or ``by`` is an administrator.
    """
    own = by.pk == account_id
    require(own or is_administrator(by), "Only administrators set the password of someone else.")
    account = User.objects.select_for_update(no_key=True).get(pk=account_id)
    return _set_password(account, password, event="password changed", by=by, now=now, keep_tokens=own and keep_tokens)


@transaction.atomic
def reset_password(*, account_id: int, password: str, asked: int, secret: str, by: User, now: datetime) -> User:
    """Set a password by a link from a mail, and end the account's access; the caller has validated the password.

    The second factor stays. Raises Ended when the link has expired or was used, also if that happened meanwhile.
    """
    account = User.objects.select_for_update(no_key=True).get(pk=account_id)
    password_links.check(account, asked=asked, secret=secret, now=now)
    return _set_password(account, password, event="password reset by mail", by=by, now=now)


@transaction.atomic
def send_password_link(*, account_id: int, by: User, now: datetime) -> User:
    """Send the owner of an account a mail with a link to set a password.

    Raises NotPermitted unless ``by`` is an administrator, and Conflict for an account that is closed or has no address.
    """
    require(is_administrator(by), "Only administrators send a link to set a password.")
    account = User.objects.select_for_update(no_key=True).get(pk=account_id)
    if not (account.is_active and account.email):
        raise Conflict("This account is closed, or has no e-mail address.", code="no_address")
    payload = {"record": f"user:{account.pk}"}
    entry = ledger.append(chain=BOARD_CHAIN, action="password_link_sent", by=by, now=now, payload=payload)
    subject = {"subject": f"user:{account.pk}", "occasion": str(entry.sequence), "address": account.email}
    notices.owe(kind="password_link", recipients=[account], context={"by": str(by)}, now=now, **subject)
    return account


def _set_password(
    account: User, password: str, *, event: str, by: User, now: datetime, keep_tokens: bool = False
) -> User:
    account.password = make_password(password)  # ``set_password`` would end the access a second time, see PasswordHook
    account.record(by=by, now=now, reason=event)
    end_access(account=account, event=event, by=by, now=now, keep_tokens=keep_tokens)
    return account
