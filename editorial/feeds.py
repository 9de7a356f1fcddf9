"""The secret address of a member's calendar: given, shown to the member, and found again by who asks with it."""

from datetime import datetime

from editorial import tokens
from editorial.models import BoardMember, CalendarFeed

PURPOSE = "calendar"


def give(member: BoardMember, *, now: datetime) -> CalendarFeed:
    """Give ``member``'s calendar a new address in place of the one before. The caller holds the member's lock."""
    feed = CalendarFeed.objects.filter(member=member).first() or CalendarFeed(member=member)
    feed.serial, feed.renewed_at, feed.revoked_at = feed.serial + 1, now, None
    feed.digest = tokens.digest(tokens.derive(PURPOSE, member.pk, feed.serial))
    feed.save()
    return feed


def token(feed: CalendarFeed) -> str | None:
    """The secret part of the address; None when it was made with a secret key that is forgotten."""
    return tokens.recover(feed.digest, PURPOSE, feed.member_id, feed.serial)


def find(secret: str) -> CalendarFeed | None:
    """The calendar under this address, if there is one and its member's account is open."""
    live = CalendarFeed.objects.filter(revoked_at=None, member__user__is_active=True)
    return live.filter(digest=tokens.digest(secret)).select_related("member__user").first()
