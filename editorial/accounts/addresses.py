"""E-mail addresses that people want to change to. They are rows of allauth that are not verified yet.

The row of the address that an account has is kept by PostgreSQL, see migration ``0027_addresses_by_mail``.
"""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress

from editorial.models import Notice, User


def wanted(address_id: int) -> EmailAddress | None:
    """Return the row of an address that its account still wants to change to."""
    return EmailAddress.objects.filter(pk=address_id, verified=False).first()


def forget_wanted(account: User) -> None:
    """End the link to confirm a new address of ``account``, if there is one."""
    EmailAddress.objects.filter(user_id=account.pk, verified=False).delete()


def current(notice: Notice, now: datetime) -> dict[str, Any]:  # noqa: ARG001 - the signature of such a function
    """Return whether the mail has the link, or says to whoever has the address that it was asked for; else empty.

    One of ``NOTICES_LOOKED_AT_AGAIN``.
    """
    row = wanted(notice.context["address_id"])
    if row is None:
        return {}
    owner = User.objects.filter(email=row.email).exclude(pk=row.user_id).first()
    return {"name": str(owner or notice.recipient), "is_taken": owner is not None}
