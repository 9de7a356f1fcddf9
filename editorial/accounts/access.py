"""End what lets someone into an account: sessions, API tokens, links in mails, and the calendar address.

``end_access`` is called by every event after which they must not work any more. A board term that begins or ends by its
date is no event: what is older is refused when it is used, see
``permissions.access_ended``. The table of what ends when is in ``docs/running.md``.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone

from editorial.accounts.addresses import forget_wanted
from editorial.calendar import feeds
from editorial.mail import notices
from editorial.models import AccountInvitation, AccountSession, ApiToken, BoardMember, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.record import ledger
from editorial.record.wake_up import wake

Roles = tuple[bool, ...]

ACCOUNT_CLOSED, ACCOUNT_MERGED = "account closed", "account merged"
CLOSING = frozenset({ACCOUNT_CLOSED, ACCOUNT_MERGED})
"""The events about which the owner gets a mail although the account is closed: the last one."""


@transaction.atomic
def end_access(
    *,
    account: User,
    event: str,
    by: User,
    now: datetime,
    reason: str = "",
    keep_tokens: bool = False,
    notify: bool = True,
) -> None:
    """End all sessions, tokens, links in mails and the calendar address of ``account``, because of ``event``.

    ``event`` is a phrase for the mail and the ledger, such as "password changed"; ``reason`` explains it there. The
    owner gets a mail, unless the caller sends one itself (``notify``) or the account's invitation was not accepted yet.
    An account that is closed gets one about the events ``CLOSING``, and no other. The caller has checked the permission
    of ``by``; to keep the session in use, it calls ``editorial.http.sessions.keep_session`` afterwards.
    """
    stored = User.objects.select_for_update(no_key=True).get(pk=account.pk)  # ``account`` may be in the midst of a save
    stored.access_ended_at = account.access_ended_at = now
    stored.save(update_fields=["access_ended_at"])
    AccountSession.objects.filter(user=account).delete()  # the session in use is stored again when it is used
    tokens = ApiToken.objects.filter(user=account)
    ended = 0 if keep_tokens else tokens.delete()[0]
    feeds.revoke_address_of(account, by=by, now=now)
    forget_wanted(account)
    payload = {"record": f"user:{account.pk}", "event": event, "tokens": ended, "keep_tokens": keep_tokens}
    payload |= {"reason": reason} if reason else {}
    entry = ledger.append(chain=BOARD_CHAIN, action="access_ended", by=by, now=now, payload=payload)
    if notify and not AccountInvitation.objects.open().filter(account=account).exists():
        notify_of_ending(
            account, event=event, occasion=entry.sequence, by=by, now=now, keep_tokens=keep_tokens, reason=reason
        )


def notify_of_ending(
    account: User,
    *,
    event: str,
    occasion: int,
    by: User,
    now: datetime,
    keep_tokens: bool = False,
    reason: str = "",
) -> None:
    """Notify the owner that ``event`` ended access. ``occasion`` is the sequence number of its entry in the ledger."""
    notices.owe(
        kind="account_closed" if event in CLOSING else "access_ended",
        recipients=[account],
        subject=f"user:{account.pk}",
        occasion=str(occasion),
        context={
            "event": event,
            "by": str(by),
            "at": date_format(timezone.localtime(now), "j F Y, H:i e"),
            "reason": reason,
            "keep_tokens": keep_tokens,
            "other_account": account.merged_into.username if account.merged_into else "",
            "path": reverse("admin:index"),
        },
        now=now,
    )


def end_access_of_changed_roles(*, account: User, before: Roles, by: User, now: datetime) -> None:
    """End the access of ``account`` if it was closed or opened, or if its roles differ from those ``before``.

    The open reviews of an account that was closed are handed on.
    """
    after = roles_of(account)
    if after != before:
        switch = "account opened again" if account.is_active else ACCOUNT_CLOSED
        end_access(account=account, event="roles changed" if after[0] == before[0] else switch, by=by, now=now)
    if not account.is_active:
        hand_on_reviews_soon()


def roles_of(account: User) -> Roles:
    """Return whether the account is open, and which roles it has apart from the board's."""
    return account.is_active, account.is_writer, account.is_editor, account.is_superuser


def end_access_of_changed_term(*, member: BoardMember, before: BoardMember | None, by: User, now: datetime) -> None:
    """End the access of a member whom an edit brought into office or out of it today.

    The open reviews of a member who is out of office are handed on.
    """
    today = timezone.localtime(now).date()
    was_in_office = before is not None and before.is_in_office(on=today)
    is_in_office = member.is_in_office(on=today)
    if was_in_office != is_in_office:
        end_access(account=member.user, event="term on the board changed", by=by, now=now)
    if not is_in_office:
        hand_on_reviews_soon()


def hand_on_reviews_soon() -> None:
    """Wake a worker after the commit, which hands on the open reviews of people who left. Beat sends the task, too."""
    transaction.on_commit(partial(wake, "reviews.tasks.hand_on_reviews"), robust=True)
