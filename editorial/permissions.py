"""Predicates over an account: who may do something. When it is possible is decided in ``lifecycle.py``."""

from collections.abc import Collection
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from editorial.exceptions import Fault, NotPermitted, Unacceptable
from editorial.models import BoardMember, User
from editorial.models.accounts import SYSTEM_USERNAME
from editorial.roles import Role

AnyUser = User | AnonymousUser


def is_writer(user: AnyUser) -> bool:
    return user.is_active and getattr(user, "is_writer", False)


def is_editor(user: AnyUser) -> bool:
    return user.is_active and getattr(user, "is_editor", False)


def is_administrator(user: AnyUser) -> bool:
    """Return whether ``user`` manages accounts. This lets them read the record, but not decide anything in it."""
    return user.is_active and user.is_superuser


def may_invite(user: AnyUser, roles: Collection[Role]) -> bool:
    """Return whether ``user`` may invite people with these roles: administrators all, editors writers and the board."""
    invited_by_editors = {Role.WRITER, Role.BOARD_MEMBER}
    return is_administrator(user) or (is_editor(user) and invited_by_editors.issuperset(roles))


def is_system(user: AnyUser) -> bool:
    return user.get_username() == SYSTEM_USERNAME


def board_member(user: AnyUser) -> BoardMember | None:
    """Return the board record of ``user``, whether they are in office or not."""
    return getattr(user, "board_member", None) if user.is_authenticated else None


def is_board_member(user: AnyUser, *, on: date) -> bool:
    member = board_member(user)
    return member is not None and member.is_in_office(on=on)


def term_changed(user: AnyUser, *, since: datetime, now: datetime) -> bool:
    """Return whether a term on the board began or ended between these days. No query on the day of ``since``."""
    first, today = timezone.localtime(since).date(), timezone.localtime(now).date()
    if first == today or (member := board_member(user)) is None:
        return False
    return member.is_in_office(on=first) != member.is_in_office(on=today)


def access_ended(user: User, *, issued_at: datetime, now: datetime) -> bool:
    """Return whether a link that ``user`` got at ``issued_at`` was ended by an event, or by the date of a term."""
    ended_at = user.access_ended_at
    return (ended_at is not None and issued_at <= ended_at) or term_changed(user, since=issued_at, now=now)


def reads_the_record(user: AnyUser) -> bool:
    """Return whether ``user`` sees every article, version and ledger entry: editors and administrators do."""
    return is_editor(user) or is_administrator(user)


def roles(user: User, *, on: date) -> list[Role]:
    """Return the roles of ``user`` on that day, in the order of ``Role``; never READER or SYSTEM."""
    flags = {
        Role.WRITER: is_writer(user),
        Role.EDITOR: is_editor(user),
        Role.BOARD_MEMBER: is_board_member(user, on=on),
        Role.ADMINISTRATOR: is_administrator(user),
    }
    return [role for role, has_role in flags.items() if has_role]


def works_here(user: AnyUser) -> bool:
    """Return whether ``user`` has any role that uses the admin."""
    return is_writer(user) or reads_the_record(user) or (user.is_active and board_member(user) is not None)


def required_reason(reason: str) -> str:
    """Return ``reason`` without spaces around it. Raises Unacceptable without one."""
    if not reason.strip():
        fault = Fault("/reason", "required", "Say why; it becomes part of the record.")
        raise Unacceptable(fault.detail, faults=(fault,))
    return reason.strip()


def require(allowed: bool, detail: str, *, code: str = "not_permitted") -> None:  # noqa: FBT001
    """Raise NotPermitted (403) with ``detail`` unless ``allowed``."""
    if not allowed:
        raise NotPermitted(detail, code=code)
