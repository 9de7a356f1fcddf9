"""The private address of a member's calendar feed: renew it, and revoke it."""

from datetime import datetime

from django.db import transaction

from editorial.actions.board import lock_member
from editorial.calendar import feeds
from editorial.exceptions import Conflict
from editorial.models import BoardMember, CalendarFeed, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.permissions import is_editor, require
from editorial.record import ledger


@transaction.atomic
def renew_calendar(*, member_id: int, by: User, now: datetime) -> CalendarFeed:
    """Assign an address, or a new one, to a member's calendar; a former address stops working.

    Raises NotPermitted unless ``by`` is the member.
    """
    member = lock_member(member_id)
    require(_is_oneself(by, member), "Only members themselves have the address of their calendar.")
    feed = feeds.assign_address(member, now=now)
    _append(feed, verb="renewed", by=by, now=now)
    return feed


@transaction.atomic
def revoke_calendar(*, member_id: int, by: User, now: datetime) -> CalendarFeed:
    """Revoke the address of a member's calendar, so that it stops working.

    Raises NotPermitted unless ``by`` is the member or an editor, and Conflict when the calendar has no address.
    """
    member = lock_member(member_id)
    require(is_editor(by) or _is_oneself(by, member), "Only editors and the member turn a calendar off.")
    feed = CalendarFeed.objects.filter(member=member, revoked_at=None).first()
    if feed is None:
        raise Conflict("The calendar has no address.", code="no_calendar")
    feed.revoked_at = now
    feed.save()
    _append(feed, verb="revoked", by=by, now=now)
    return feed


def _append(feed: CalendarFeed, *, verb: str, by: User, now: datetime) -> None:
    payload = {"record": f"boardmember:{feed.member_id}", "serial": feed.serial}
    ledger.append(chain=BOARD_CHAIN, action=f"calendar_{verb}", by=by, now=now, payload=payload)


def _is_oneself(user: User, member: BoardMember) -> bool:
    return user.is_active and member.user_id == user.pk
