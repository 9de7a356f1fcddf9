"""Invite a reviewer: a member of the board, or someone who has no account yet."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from articles.lifecycle import Act, allow
from articles.permissions import require_may
from articles.transitions import lock_for
from editorial.accounts.invitations import Invitee
from editorial.actions import invite_person
from editorial.models import User
from editorial.roles import Role
from reviews.actions.invitations import invite
from reviews.models import Review


@transaction.atomic
def invite_reviewer(
    *,
    version_id: int,
    by: User,
    now: datetime,
    member_id: int = 0,
    newcomer: Invitee | None = None,
    message: str = "",
    waiver: str = "",
) -> Review:
    """Invite a member of the board, as ``invite`` does, or a ``newcomer``, who gets an account and a board record too.

    A newcomer gets one mail with the links to choose a password and to answer. Raises what ``invite`` and
    ``invite_person`` raise; then neither account nor invitation is created.
    """
    if newcomer:
        version = lock_for(version_id, by=by)
        require_may(by, Act.INVITE, version.article)
        allow(version.state, Act.INVITE)
        member = replace(newcomer, roles=frozenset({Role.BOARD_MEMBER}))
        member_id = invite_person(invitee=member, by=by, now=now, notify=False).account.board_member.pk
    return invite(version_id=version_id, member_id=member_id, message=message, waiver=waiver, by=by, now=now)
