"""Accounts and their passwords."""

from datetime import datetime

from django.db import transaction

from editorial.models import User
from editorial.permissions import is_administrator, require


@transaction.atomic
def keep_account(*, account: User, by: User, now: datetime, reason: str = "") -> User:
    """Save an account, with its roles. Raises NotPermitted unless ``by`` is an administrator."""
    require(is_administrator(by), "Only administrators change accounts.")
    return account.record(by=by, now=now, reason=reason)


@transaction.atomic
def change_password(*, account_id: int, password: str, by: User, now: datetime) -> User:
    """Set a password; the caller has validated its strength.

    Raises NotPermitted unless it is one's own account or ``by`` is an administrator.
    """
    require(by.pk == account_id or is_administrator(by), "Only administrators set the password of someone else.")
    account = User.objects.select_for_update(no_key=True).get(pk=account_id)
    account.set_password(password)
    return account.record(by=by, now=now, reason="password changed")
