"""Invitations of people to an account, through the real actions, and the links in their mails."""

import re
from datetime import datetime
from typing import Any

from django.core import mail
from django.utils import timezone

from editorial.accounts.invitations import Invitee, invitation_token
from editorial.actions import invite_person
from editorial.mail import notices, sweep
from editorial.models import AccountInvitation
from editorial.roles import Role
from tests.support import factories

NEW = "four calm otters swim"
"""A password that is good enough."""


def invitee(**fields: Any) -> Invitee:
    """Nora Newman, a writer, unless ``fields`` say otherwise."""
    person = {"first_name": "Nora", "last_name": "Newman", "email": "nora@example.org", "roles": {Role.WRITER}}
    person |= fields
    return Invitee(**{**person, "roles": frozenset(person["roles"])})


def board_invitee(**fields: Any) -> Invitee:
    factories.make_specialty()
    board = {"roles": {Role.BOARD_MEMBER}, "credentials": "MD", "specialties": ("immunology",)}
    return invitee(**{**board, **fields})


def make_account_invitation(*, now: datetime | None = None, **fields: Any) -> AccountInvitation:
    """Edith's invitation of Nora."""
    edith = factories.make_user("edith", is_editor=True)
    return invite_person(invitee=invitee(**fields), by=edith, now=now or timezone.now())


def link_of(invitation: AccountInvitation) -> str:
    """The path of the page behind the link."""
    return f"/invitation/{invitation_token(invitation)}/"


def link_in_mail() -> str:
    """Send what is pending; return the path of the link in the latest mail."""
    sweep.send_due(notices, clock=timezone.now)
    return re.search(r"https?://\S+?(/invitation/\S+)", str(mail.outbox[-1].body)).group(1)
