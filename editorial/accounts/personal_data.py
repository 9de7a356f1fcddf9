"""What this site stores about a person, as data that they can download. It names no other person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from axes.models import AccessLog
from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from editorial.accounts.devices import device_name
from editorial.accounts.second_factor import recovery_codes_left, second_factors
from editorial.models import ApiToken, BoardMember, LedgerEntry, StoredAnswer, Unsent, User
from editorial.permissions import board_member
from editorial.record.canonical_json import JSONDict

ACCOUNT = ("username", "first_name", "last_name", "email", "is_active", "is_writer", "is_editor", "is_superuser")
MEMBER = (
    "credentials",
    "specialties",
    "licence_expires_on",
    "capacity",
    "term_from",
    "term_to",
    "orcid",
    "orcid_authenticated_at",
    "bio",
    "is_chair",
    "is_public",
)
MAIL_CHOICE = ("delivery", "hour", "quiet_weekdays", "time_zone")


def personal_data(account: User, *, now: datetime) -> JSONDict:
    """Return what this site stores about ``account``, without secrets and digests.

    Mails, and acts in articles and reviews, are references with dates: their words may concern other people. ``work``
    is from the function that the setting ``WORK_OF_ACCOUNT`` names, because this app knows no articles.
    """
    return {
        "as_of": now,
        "account": {**fields_of(account, ACCOUNT), "created_at": account.date_joined, "last_login": account.last_login},
        "account_history": [_change(row, account) for row in account.history.order_by("history_date", "history_id")],
        "second_factor": _second_factor(account),
        "board": _board(board_member(account)),
        "sessions": [_session(row) for row in account.account_sessions.live(at=now).in_order()],
        "logins": rows(
            AccessLog.objects.filter(username=account.username).order_by("attempt_time"),
            "attempt_time",
            "logout_time",
            "ip_address",
            "user_agent",
        ),
        "api_tokens": rows(
            ApiToken.objects.filter(user=account).in_order(), "name", "scopes", "created", "last_used_at", "expiry"
        ),
        "mail_preferences": _fields_or_none(getattr(account, "mail_choice", None), MAIL_CHOICE),
        "mails": rows(account.notices.order_by("owed_at", "pk"), "kind", "subject", "owed_at", "sent_at", "dropped_at"),
        "unsent_forms": rows(Unsent.objects.filter(owner=account).order_by("saved_at"), "about", "form", "saved_at"),
        "stored_responses": rows(StoredAnswer.objects.filter(user=account).order_by("answered_at"), "answered_at"),
        "ledger": rows(
            LedgerEntry.objects.filter(actor=account).order_by("at", "pk"), "chain_id", "sequence", "action", "at"
        ),
        "work": import_string(settings.WORK_OF_ACCOUNT)(account),
    }


def rows(found: QuerySet[Any], *names: str) -> list[JSONDict]:
    """Return the named fields of each row."""
    return list(found.values(*names))


def fields_of(record: object, names: Iterable[str]) -> JSONDict:
    return {name: getattr(record, name) for name in names}


def _fields_or_none(record: object | None, names: Iterable[str]) -> JSONDict | None:
    return fields_of(record, names) if record else None


def _change(row: Any, account: User) -> JSONDict:
    """Return a row of the account's history. Who else made the change is another person's data."""
    by = "you" if row.history_user_id == account.pk else "someone else"
    return {"at": row.history_date, "by": by, "reason": row.history_change_reason, **fields_of(row, ACCOUNT)}


def _second_factor(account: User) -> JSONDict | None:
    factors = rows(second_factors().filter(user=account).order_by("pk"), "type", "created_at", "last_used_at")
    return {"factors": factors, "recovery_codes_left": recovery_codes_left(account)} if factors else None


def _board(member: BoardMember | None) -> JSONDict | None:
    if member is None:
        return None
    photo, feed = getattr(member, "photo", None), getattr(member, "calendar_feed", None)
    return {
        **fields_of(member, MEMBER),
        "absences": rows(member.absences.order_by("pk"), "first_day", "last_day", "note"),
        "interests": rows(
            member.disclosures.order_by("pk"), "company__name", "product__name", "nature", "held_from", "held_to"
        ),
        "statements_of_interests": rows(member.statements.order_by("stated_at", "pk"), "stated_at", "answers"),
        "portrait_uploaded_at": photo.uploaded_at if photo else None,
        "calendar_address": _fields_or_none(feed, ("renewed_at", "revoked_at")),
    }


def _session(session: Any) -> JSONDict:
    shown = fields_of(session, ("address", "user_agent", "begun_at", "last_seen_at"))
    return {"device": device_name(session.user_agent), **shown}
