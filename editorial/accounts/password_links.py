"""Links in mails by which someone sets a password: once, within an hour.

Nothing of a link is stored. It is derived when its mail is sent, from the account and the time of the request, and
bound to the password, the address and the last log-in of the account: any change of them ends it, as ``end_access``
does.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from editorial.accounts import link_tokens
from editorial.exceptions import Ended
from editorial.mail import notices
from editorial.models import Notice, User
from editorial.permissions import AnyUser, access_ended, require
from editorial.record.canonical_json import timestamp

VALID = timedelta(hours=1)

USED = (
    "This link was used already, or the account has changed since it was sent. If you have just set a new password, "
    "log in with it. If not, check that the whole address from the mail was opened, or ask for a new link."
)
EXPIRED = "This link was valid for one hour. Ask for a new one."
NOT_YOURS = (
    "This link was sent to someone else, and you are logged in with your own account. If both are yours, log out first."
)


@transaction.atomic
def ask(*, address: str, now: datetime) -> None:
    """Record that somebody asked for a link for ``address``. The worker finds out whether an account has it.

    What this does is the same for every address, so that nobody learns from it who has an account.
    """
    request = {"subject": "account", "occasion": f"{timestamp(now)} {link_tokens.token_digest(address)[:12]}"}
    notices.owe(
        kind="password_link",
        recipients=[User.objects.system()],
        address=address,
        context={"by": ""},
        now=now,
        **request,
    )


def current(notice: Notice, now: datetime) -> dict[str, Any]:
    """Return for which account the mail is; empty if no open account has the address, or if the link has ended.

    One of ``NOTICES_LOOKED_AT_AGAIN``.
    """
    account = User.objects.filter(email=notice.address, is_active=True).first()
    if account is None or now >= notice.owed_at + VALID or access_ended(account, issued_at=notice.owed_at, now=now):
        return {}
    return {
        "account": account.pk,
        "name": str(account),
        "username": account.username,
        "asked": int(notice.owed_at.timestamp()),
        "has_link": bool(notice.context["by"]) or account.has_usable_password(),
    }


def token(account: User, *, asked: int) -> str:
    """Return the secret part of the link that was asked for at ``asked``, in seconds since 1970."""
    return link_tokens.derive(*_purpose(account, asked))


def account_of(account_id: int, *, asked: int, secret: str, by: AnyUser, now: datetime) -> User:
    """Return the account of a valid link, opened by ``by``: an anonymous user, or the account's owner.

    Raises NotPermitted for another user, and Ended when the link has expired, was used, or is not one of ours.
    """
    require(by.is_anonymous or by.pk == account_id, NOT_YOURS, code="not_yours")
    account = User.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        raise Ended(USED, code="link_ended")
    check(account, asked=asked, secret=secret, now=now)
    return account


def check(account: User, *, asked: int, secret: str, now: datetime) -> None:
    """Raise Ended unless the link with this secret part can set the password of ``account``."""
    if not link_tokens.matches(secret, *_purpose(account, asked)):
        raise Ended(USED, code="link_ended")
    if now >= datetime.fromtimestamp(asked, UTC) + VALID:
        raise Ended(EXPIRED, code="link_expired")


def _purpose(account: User, asked: int) -> tuple[str | int, ...]:
    moments = (account.last_login, account.access_ended_at)
    ending = [timestamp(moment) if moment else "" for moment in moments]
    return "password", account.pk, asked, account.password, account.email, *ending
