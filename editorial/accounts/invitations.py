"""Invitations to an account: who is invited, what is wrong with that, and which link is valid."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.template.defaultfilters import date as date_format
from django.utils import timezone
from django.utils.text import get_text_list

from editorial.accounts import link_tokens
from editorial.accounts.derived_secrets import new_salt
from editorial.exceptions import Conflict, Ended, Fault, NotFound
from editorial.models import AccountInvitation, Notice, Specialty, User
from editorial.permissions import AnyUser, require
from editorial.roles import Role
from editorial.text_normalisation import ONE_LINE, fits_one_line

PURPOSE = "account invitation"

VALIDITY = timedelta(days=14)

ROLES = (Role.WRITER, Role.EDITOR, Role.BOARD_MEMBER, Role.ADMINISTRATOR)
"""The roles that an account can have."""

NEEDED = {"first_name": 150, "last_name": 150, "email": 254}
"""What an account needs, with the most characters."""

MAX_CREDENTIALS = 100

ASK_AGAIN = "Ask {by} for a new link."


@dataclass(frozen=True, kw_only=True)
class Invitee:
    """A person to invite. Credentials, specialties and licence are those of a member of the board."""

    first_name: str
    last_name: str
    email: str
    roles: frozenset[Role]
    credentials: str = ""
    specialties: tuple[str, ...] = ()
    licence_expires_on: date | None = None

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def username(self) -> str:
        """The address, without the characters that a user name cannot have."""
        return re.sub(r"[^\w.@+-]", "_", self.email.casefold())[:150]

    @property
    def is_for_board(self) -> bool:
        return Role.BOARD_MEMBER in self.roles


class AddressTakenError(Conflict):
    """There is an account with this address already."""

    def __init__(self, account: User) -> None:
        detail = f"{account} has an account with this address already."
        fault = Fault("/email", "account_exists", detail)
        super().__init__(detail, code="account_exists", faults=(fault,))
        self.account = account


def specialty_codes() -> set[str]:
    return set(Specialty.objects.values_list("code", flat=True))


def invitee_faults(invitee: Invitee, *, specialties: Collection[str]) -> Iterator[Fault]:
    """Yield what is missing or wrong in the data of ``invitee``. ``specialties`` are the codes that exist."""
    for name, most in NEEDED.items():
        value, words = getattr(invitee, name), name.replace("_", " ")
        if not value or len(value) > most:
            yield Fault(f"/{name}", "invalid", f"Enter a {words} of at most {most} characters.")
        elif not fits_one_line(value):
            yield Fault(f"/{name}", "one_line", ONE_LINE)
    if invitee.email and not _is_address(invitee.email):
        yield Fault("/email", "invalid", f"“{invitee.email}” is not a mail address.")
    if not invitee.roles or not invitee.roles.issubset(ROLES):
        yield Fault("/roles", "invalid", "Choose at least one role.")
    if invitee.is_for_board:
        yield from _board_faults(invitee, specialties=specialties)


def _board_faults(invitee: Invitee, *, specialties: Collection[str]) -> Iterator[Fault]:
    if not 0 < len(invitee.credentials) <= MAX_CREDENTIALS:
        detail = "A member of the board needs credentials, such as “MD, PhD”."
        yield Fault("/credentials", "invalid", detail)
    elif not fits_one_line(invitee.credentials):
        yield Fault("/credentials", "one_line", ONE_LINE)
    if unknown := sorted(set(invitee.specialties).difference(specialties)):
        named = ", ".join(f"“{code}”" for code in unknown)
        yield Fault("/specialties", "unknown_specialty", f"There is no specialty {named}.")


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def account_of_address(email: str) -> User | None:
    """Return the account with this address, in any case of its letters, open or closed."""
    return User.objects.filter(email__iexact=email).first()


def account_in_the_way(invitee: Invitee) -> User:
    """Return the account because of which PostgreSQL refused one for ``invitee``."""
    return User.objects.get(Q(email__iexact=invitee.email) | Q(username=invitee.username))


def invited_roles(account: User) -> list[Role]:
    """Return the roles of ``account``, open or closed, in the board or not in office yet."""
    flags = {
        Role.WRITER: account.is_writer,
        Role.EDITOR: account.is_editor,
        Role.BOARD_MEMBER: hasattr(account, "board_member"),
        Role.ADMINISTRATOR: account.is_superuser,
    }
    return [role for role, has_role in flags.items() if has_role]


def role_words(account: User) -> str:
    """Return the roles of ``account`` in words, such as “writer and board member”."""
    return str(get_text_list([role.label.lower() for role in invited_roles(account)], "and"))


def new_invitation(account: User, *, by: User, now: datetime) -> AccountInvitation:
    """Create an invitation with a new link. The account has no other open one."""
    salt = new_salt()
    digest = link_tokens.token_digest(link_tokens.derive(PURPOSE, salt))
    return AccountInvitation.objects.create(
        account=account, invited_by=by, salt=salt, digest=digest, created_at=now, expires_at=now + VALIDITY
    )


def invitation_token(invitation: AccountInvitation) -> str | None:
    """Return the secret part of the link, or None if its secret key is no longer known."""
    return link_tokens.recover(invitation.digest, PURPOSE, invitation.salt)


def find_invitation(token: str, *, by: AnyUser, now: datetime) -> AccountInvitation:
    """Return the open invitation with this secret part of its link, used by ``by``: an anonymous user.

    Raises NotFound for a link that was never sent, NotPermitted for a user who is logged in, Conflict when the account
    has a password already, and Ended when the link has expired, was revoked or replaced, or the account is closed.
    """
    invitations = AccountInvitation.objects.select_related("account__board_member", "invited_by")
    invitation = invitations.filter(digest=link_tokens.token_digest(token)).first()
    if invitation is None:
        raise NotFound("There is no such link. Please check that the whole address from the mail was opened.")
    require(by.is_anonymous, f"You are logged in as {by}. Log out first to accept this invitation.", code="logged_in")
    require_open(invitation, now=now)
    return invitation


def require_open(invitation: AccountInvitation, *, now: datetime) -> None:
    """Raise Conflict or Ended, with what to do, if the invitation can no longer be accepted."""
    again = ASK_AGAIN.format(by=invitation.invited_by)
    if invitation.accepted_at or invitation.account.has_usable_password():
        raise Conflict("This account has a password already. Log in with it.", code="accepted_already")
    if invitation.is_replaced:
        raise Ended("A newer link was sent to you. Open the latest mail.", code="link_replaced")
    if invitation.revoked_at:
        raise Ended(f"This invitation was revoked. {again}", code="invitation_revoked")
    if not invitation.account.is_active:
        raise Ended("This account was closed. Ask an administrator of the site.", code="account_closed")
    if invitation.expires_at <= now:
        raise Ended(f"This link has expired. {again}", code="link_expired")


def mail_context(invitation: AccountInvitation) -> dict[str, Any]:
    """Return what a mail says of the invitation. The link is secret, so only the invitation's id is stored."""
    return {
        "invitation": invitation.pk,
        "by": str(invitation.invited_by),
        "by_address": invitation.invited_by.email,
        "roles": role_words(invitation.account),
        "username": invitation.account.username,
        "until": date_format(timezone.localtime(invitation.expires_at), "l, j F Y, H:i e"),
    }


def open_invitation(account: User) -> dict[str, Any]:
    """Return what a mail to ``account`` says of its invitation; empty if it was accepted. No query for a password."""
    if account.has_usable_password():
        return {}
    invitations = AccountInvitation.objects.open().select_related("account__board_member", "invited_by")
    invitation = invitations.filter(account=account).first()
    return mail_context(invitation) if invitation else {}


def current_mail(notice: Notice, now: datetime) -> dict[str, Any]:
    """Return the context of a pending mail; empty if its link cannot be used any more, so that it is dropped."""
    invitation = AccountInvitation.objects.open().filter(pk=notice.context["invitation"], expires_at__gt=now)
    return {"invitation": notice.context["invitation"]} if invitation.exists() else {}
