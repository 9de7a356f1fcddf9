"""A changed e-mail address: asked for, and confirmed by a link in a mail to the new one."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone

from editorial.accounts.access import end_access
from editorial.accounts.addresses import wanted
from editorial.exceptions import Conflict, Ended
from editorial.mail import notices
from editorial.models import User
from editorial.models.ledger import BOARD_CHAIN
from editorial.record import ledger

ENDED = (
    "This link was used already, is older than a day, or you asked for another address since. Your page “E-mail "
    "address” says which one your account has."
)


@transaction.atomic
def ask_to_change_address(*, address_id: int, by: User, now: datetime) -> None:
    """Queue a mail with a link to the address that ``by`` wants to change to, and a mail about it to the present one.

    Whether the address is somebody else's is found out when the mail is sent, so that nobody learns it here.
    """
    row = wanted(address_id)
    if row is None:
        raise Ended(ENDED, code="link_ended")
    about: dict[str, Any] = {"subject": f"user:{by.pk}", "occasion": str(row.pk), "recipients": [by], "now": now}
    notices.owe(kind="address_link", address=row.email, context={"address_id": row.pk}, **about)
    notices.owe(kind="address_asked", address=by.email, context=_context(row.email, now=now), **about)


@transaction.atomic
def change_address(*, address_id: int, by: User, now: datetime) -> User:
    """Give the account of ``by`` the address that was confirmed, and end the account's access.

    Raises Ended when the address is no longer wanted, and Conflict when another account has got it meanwhile.
    """
    account = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    row = wanted(address_id)
    if row is None or row.user_id != account.pk:
        raise Ended(ENDED, code="link_ended")
    if User.objects.filter(email=row.email).exists():
        raise Conflict("Another account has this address. Nothing was changed.", code="address_taken")
    former, account.email = account.email, row.email
    account.record(by=by, now=now, reason="e-mail address changed")
    payload = {"record": f"user:{account.pk}"}
    entry = ledger.append(chain=BOARD_CHAIN, action="address_changed", by=by, now=now, payload=payload)
    end_access(account=account, event="e-mail address changed", by=by, now=now, notify=False)
    if former:
        about = {"subject": f"user:{account.pk}", "occasion": str(entry.sequence), "address": former}
        context = _context(account.email, now=now)
        notices.owe(kind="address_changed", recipients=[account], context=context, now=now, **about)
    return account


def _context(new: str, *, now: datetime) -> dict[str, object]:
    at = date_format(timezone.localtime(now), "j F Y, H:i e")
    return {"new": new, "at": at, "path": reverse("admin:index"), "keep_tokens": False}
