"""Second factors: who has one, the record of each change, and the reset by an administrator.

allauth asks for factors and changes them, see ``editorial.http.second_factor``.
"""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone

from editorial.accounts.access import end_access
from editorial.exceptions import Conflict
from editorial.mail import notices
from editorial.models import User
from editorial.models.ledger import BOARD_CHAIN
from editorial.permissions import AnyUser, is_administrator, require, required_reason
from editorial.record import ledger

RECOVERY_CODES = Authenticator.Type.RECOVERY_CODES


def second_factors() -> QuerySet[Authenticator]:
    """Return the apps and passkeys of all accounts. Recovery codes only take the place of one that is lost."""
    return Authenticator.objects.exclude(type=RECOVERY_CODES)


def has_second_factor(account: AnyUser) -> bool:
    return second_factors().filter(user=account.pk).exists()


def lacks_second_factor(account: AnyUser) -> bool:
    """Return whether this site requires a second factor and ``account`` has not set one up."""
    return settings.REQUIRE_SECOND_FACTOR and not has_second_factor(account)


def recovery_codes_left(account: AnyUser) -> int:
    codes = Authenticator.objects.filter(user=account.pk, type=RECOVERY_CODES).first()
    return len(codes.wrap().get_unused_codes()) if codes else 0


def record_change(
    account: User,
    what: str,
    *,
    by: User,
    now: datetime,
    reason: str = "",
    ends: bool = False,
    keep_tokens: bool = False,
) -> None:
    """Record that a second factor was ``what`` in the account's history and the ledger, and send its owner a mail.

    The mail reveals a change that the owner did not make. With ``ends`` it ends the account's access, apart from its
    API tokens with ``keep_tokens``.
    """
    change = f"second factor {what}"
    account.record(by=by, now=now, reason=f"{change}: {reason}" if reason else change)
    action, payload = change.replace(" ", "_"), {"record": f"user:{account.pk}", "reason": reason}
    entry = ledger.append(chain=BOARD_CHAIN, action=action, by=by, now=now, payload=payload)
    if ends:
        end_access(account=account, event=change, by=by, now=now, keep_tokens=keep_tokens, notify=False)
    day = date_format(timezone.localtime(now), "j F Y, H:i e")
    message = {
        "what": what,
        "by": str(by),
        "reason": reason,
        "at": day,
        "path": reverse("mfa_index"),
        "ends": ends,
        "keep_tokens": keep_tokens,
    }
    subject = {"subject": f"user:{account.pk}", "occasion": str(entry.sequence)}
    notices.owe(kind="second_factor", recipients=[account], context=message, now=now, **subject)


@transaction.atomic
def reset(*, account_id: int, reason: str, by: User, now: datetime) -> User:
    """Remove all factors of another person who lost them, with a reason; it ends the account's access.

    Raises NotPermitted unless ``by`` is an administrator and for one's own account, Unacceptable without a reason, and
    Conflict when there is no second factor.
    """
    require(is_administrator(by), "Only administrators reset a second factor.")
    require(by.pk != account_id, "Your own second factor you remove yourself.")
    reason = required_reason(reason)
    account = _locked_account(account_id)
    if not has_second_factor(account):
        raise Conflict("There is no second factor.", code="no_second_factor")
    Authenticator.objects.filter(user=account).delete()
    record_change(account, "reset", by=by, now=now, reason=reason, ends=True)
    return account


def _locked_account(account_id: int) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=account_id)
