"""The secret address of a member's calendar feed: assign it, show it to the member, and find the feed by it."""

from datetime import datetime

from editorial.accounts import link_tokens
from editorial.models import BoardMember, CalendarFeed

PURPOSE = "calendar"


def assign_address(member: BoardMember, *, now: datetime) -> CalendarFeed:
    """Assign a new address to ``member``'s calendar; the former one stops working. The caller has locked the member."""
    feed = CalendarFeed.objects.filter(member=member).first() or CalendarFeed(member=member)
    feed.serial, feed.renewed_at, feed.revoked_at = feed.serial + 1, now, None
    feed.digest = link_tokens.token_digest(link_tokens.derive(PURPOSE, member.pk, feed.serial))
    feed.save()
    return feed


def feed_token(feed: CalendarFeed) -> str | None:
    """Return the secret part of the address; None if it was derived from a secret key that is not configured."""
    return link_tokens.recover(feed.digest, PURPOSE, feed.member_id, feed.serial)


def find_feed(secret: str) -> CalendarFeed | None:
    """Return the feed at this address, or None if there is none or its member's account is closed."""
    live = CalendarFeed.objects.filter(revoked_at=None, member__user__is_active=True)
    return live.filter(digest=link_tokens.token_digest(secret)).select_related("member__user").first()
