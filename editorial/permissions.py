"""Who: small predicates over an account. When is ``lifecycle.py``'s business."""

from datetime import date

from django.contrib.auth.models import AnonymousUser

from editorial.exceptions import NotPermitted
from editorial.models import BoardMember, User
from editorial.models.people import SYSTEM_USERNAME
from editorial.roles import Role

Somebody = User | AnonymousUser


def is_writer(user: Somebody) -> bool:
    return user.is_active and getattr(user, "is_writer", False)


def is_editor(user: Somebody) -> bool:
    return user.is_active and getattr(user, "is_editor", False)


def is_administrator(user: Somebody) -> bool:
    """Administrators keep accounts. That alone lets them read the record, not decide anything in it."""
    return user.is_active and user.is_superuser


def is_system(user: Somebody) -> bool:
    return user.get_username() == SYSTEM_USERNAME


def board_member(user: Somebody) -> BoardMember | None:
    """The board record of ``user``, in office or not."""
    return getattr(user, "board_member", None) if user.is_authenticated else None


def is_board_member(user: Somebody, *, on: date) -> bool:
    member = board_member(user)
    return member is not None and member.is_in_office(on=on)


def reads_the_record(user: Somebody) -> bool:
    """Editors and administrators see every article, version and ledger entry."""
    return is_editor(user) or is_administrator(user)


def roles(user: User, *, on: date) -> list[Role]:
    """What ``user`` is on that day, in the order of ``Role``; nobody is a reader or the system here."""
    played = {
        Role.WRITER: is_writer(user),
        Role.EDITOR: is_editor(user),
        Role.BOARD_MEMBER: is_board_member(user, on=on),
        Role.ADMINISTRATOR: is_administrator(user),
    }
    return [role for role, plays in played.items() if plays]


def works_here(user: Somebody) -> bool:
    """Whether ``user`` has any business in the admin."""
    return is_writer(user) or reads_the_record(user) or (user.is_active and board_member(user) is not None)


def require(allowed: bool, detail: str, *, code: str = "not_permitted") -> None:  # noqa: FBT001
    """Raise NotPermitted (403) with ``detail`` unless ``allowed``."""
    if not allowed:
        raise NotPermitted(detail, code=code)
