"""Accounts and their passwords."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from editorial.accounts.access import end_access, end_access_of_changed_roles, roles_of
from editorial.models import User
from editorial.permissions import is_administrator, require


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
    account.password = make_password(password)  # ``set_password`` would end the access a second time, see PasswordHook
    account.record(by=by, now=now, reason="password changed")
    end_access(account=account, event="password changed", by=by, now=now, keep_tokens=own and keep_tokens)
    return account
