"""The private address of a member's calendar feed: renew it, and revoke it."""

from datetime import datetime

from django.db import transaction

from editorial.actions.board import lock_member
from editorial.calendar import feeds
from editorial.exceptions import Conflict
from editorial.models import BoardMember, CalendarFeed, User
from editorial.permissions import is_editor, require


@transaction.atomic
def renew_calendar(*, member_id: int, by: User, now: datetime) -> CalendarFeed:
    """Assign an address, or a new one, to a member's calendar; a former address stops working.

    Raises NotPermitted unless ``by`` is the member.
    """
    member = lock_member(member_id)
    require(_is_oneself(by, member), "Only members themselves have the address of their calendar.")
    feed = feeds.assign_address(member, now=now)
    feeds.record_change(feed, verb="renewed", by=by, now=now)
    return feed


@transaction.atomic
def revoke_calendar(*, member_id: int, by: User, now: datetime) -> CalendarFeed:
    """Revoke the address of a member's calendar, so that it stops working.

    Raises NotPermitted unless ``by`` is the member or an editor, and Conflict when the calendar has no address.
    """
    member = lock_member(member_id)
    require(is_editor(by) or _is_oneself(by, member), "Only editors and the member turn a calendar off.")
    feed = feeds.revoke_address_of(member.user, by=by, now=now)
    if feed is None:
        raise Conflict("The calendar has no address.", code="no_calendar")
    return feed


def _is_oneself(user: User, member: BoardMember) -> bool:
    return user.is_active and member.user_id == user.pk
