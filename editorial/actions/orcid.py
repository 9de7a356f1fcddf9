"""Actions on a member's own ORCID iD: connected by a log-in at ORCID, and disconnected."""

from datetime import datetime

from django.db import IntegrityError, transaction

from editorial.actions.board import lock_member
from editorial.exceptions import Conflict, NotPermitted, Unacceptable
from editorial.models import BoardMember, User
from editorial.models.orcid import normalised_orcid
from editorial.permissions import board_member
from editorial.record.field_values import append_values

TAKEN = (
    "Another account here is connected to this ORCID iD. Nothing was changed. Disconnect it there, or ask an editor to "
    "remove it from that board record."
)


@transaction.atomic
def connect_orcid(*, orcid: str, by: User, now: datetime) -> BoardMember:
    """Store ``orcid``, which ORCID named for the person who logged in there, as the authenticated iD of ``by``.

    It replaces a typed iD. Raises NotPermitted unless ``by`` is on the board, Unacceptable if ``orcid`` is no ORCID
    iD, and Conflict if another account is connected to it.
    """
    member = _own_seat(by)
    try:
        member.orcid = normalised_orcid(orcid)
    except ValueError as error:
        raise Unacceptable(str(error)) from error
    member.orcid_authenticated_at = now
    try:
        with transaction.atomic():
            member.record(by=by, now=now, reason="Logged in at ORCID")
    except IntegrityError as error:
        raise Conflict(TAKEN, code="orcid_taken") from error
    append_values(member, verb="orcid_connected", by=by, now=now, reason="")
    return member


@transaction.atomic
def disconnect_orcid(*, by: User, now: datetime) -> BoardMember:
    """End the connection of ``by`` to their ORCID iD. The iD stays on the board record, not authenticated.

    It stays because conflicts of interest are found by it. Raises NotPermitted unless ``by`` is on the board, and
    Conflict without a connection.
    """
    member = _own_seat(by)
    if not member.orcid_authenticated:
        raise Conflict("Your account is not connected to an ORCID iD.", code="orcid_not_connected")
    member.orcid_authenticated_at = None
    member.record(by=by, now=now, reason="Disconnected from ORCID")
    append_values(member, verb="orcid_disconnected", by=by, now=now, reason="")
    return member


def _own_seat(by: User) -> BoardMember:
    member = board_member(by)
    if member is None or not by.is_active:
        raise NotPermitted("Only members of the board have an ORCID iD here.")
    return lock_member(member.pk)
