"""End what lets someone into an account: sessions, API tokens, links in mails, and the calendar address.

``end_access`` is called by every event after which they must not work any more. A board term that begins or ends by its
date is no event: what is older is refused when it is used, see
``permissions.access_ended``. The table of what ends when is in ``docs/running.md``.
"""

from datetime import datetime

from django.db import transaction
from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from editorial.accounts.addresses import forget_wanted
from editorial.calendar import feeds
from editorial.mail import notices
from editorial.models import BoardMember, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.record import ledger

Roles = tuple[bool, ...]


@transaction.atomic
def end_access(
    *, account: User, event: str, by: User, now: datetime, keep_tokens: bool = False, notify: bool = True
) -> None:
    """End all sessions, tokens, links in mails and the calendar address of ``account``, because of ``event``.

    ``event`` is a phrase for the mail and the ledger, such as "password changed". The owner gets a mail, unless the
    account is closed or the caller sends one itself (``notify``). The caller has checked the permission of ``by``; to
    keep the session in use, it calls ``editorial.http.sessions.keep_session`` afterwards.
    """
    stored = User.objects.select_for_update(no_key=True).get(pk=account.pk)  # ``account`` may be in the midst of a save
    stored.access_ended_at = account.access_ended_at = now
    stored.save(update_fields=["access_ended_at"])
    tokens = AuthToken.objects.filter(user=account)
    ended = 0 if keep_tokens else tokens.delete()[0]
    feeds.revoke_address_of(account, by=by, now=now)
    forget_wanted(account)
    payload = {"record": f"user:{account.pk}", "event": event, "tokens": ended, "keep_tokens": keep_tokens}
    entry = ledger.append(chain=BOARD_CHAIN, action="access_ended", by=by, now=now, payload=payload)
    if notify:
        context = {
            "event": event,
            "by": str(by),
            "at": date_format(timezone.localtime(now), "j F Y, H:i e"),
            "keep_tokens": keep_tokens,
            "path": reverse("admin:index"),
        }
        subject = {"subject": f"user:{account.pk}", "occasion": str(entry.sequence)}
        notices.owe(kind="access_ended", recipients=[account], context=context, now=now, **subject)


def end_access_of_changed_roles(*, account: User, before: Roles, by: User, now: datetime) -> None:
    """End the access of ``account`` if it was closed or opened, or if its roles differ from those ``before``."""
    after = roles_of(account)
    if after != before:
        switch = "account opened again" if account.is_active else "account closed"
        end_access(account=account, event="roles changed" if after[0] == before[0] else switch, by=by, now=now)


def roles_of(account: User) -> Roles:
    """Return whether the account is open, and which roles it has apart from the board's."""
    return account.is_active, account.is_writer, account.is_editor, account.is_superuser


def end_access_of_changed_term(*, member: BoardMember, before: BoardMember | None, by: User, now: datetime) -> None:
    """End the access of a member whom an edit brought into office or out of it today."""
    today = timezone.localtime(now).date()
    was_in_office = before is not None and before.is_in_office(on=today)
    if was_in_office != member.is_in_office(on=today):
        end_access(account=member.user, event="term on the board changed", by=by, now=now)
