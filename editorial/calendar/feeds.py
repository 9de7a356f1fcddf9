"""The secret address of a member's calendar feed: assign it, show it to the member, and find the feed by it."""

from datetime import datetime

from editorial.accounts import link_tokens
from editorial.models import BoardMember, CalendarFeed, User
from editorial.models.ledger import BOARD_CHAIN
from editorial.permissions import access_ended
from editorial.record import ledger

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


def find_feed(secret: str, *, now: datetime) -> CalendarFeed | None:
    """Return the feed at this address; None if there is none, the account is closed, or the address has ended."""
    live = CalendarFeed.objects.filter(revoked_at=None, member__user__is_active=True)
    feed = live.filter(digest=link_tokens.token_digest(secret)).select_related("member__user").first()
    if feed is None or access_ended(feed.member.user, issued_at=feed.renewed_at, now=now):
        return None
    return feed


def revoke_address_of(account: User, *, by: User, now: datetime) -> CalendarFeed | None:
    """Revoke the address of the account's calendar; return None if it has no address."""
    feed = CalendarFeed.objects.filter(member__user=account, revoked_at=None).first()
    if feed:
        feed.revoked_at = now
        feed.save()
        record_change(feed, verb="revoked", by=by, now=now)
    return feed


def record_change(feed: CalendarFeed, *, verb: str, by: User, now: datetime) -> None:
    """Record in the ledger of the board that the address was renewed or revoked."""
    payload = {"record": f"boardmember:{feed.member_id}", "serial": feed.serial}
    ledger.append(chain=BOARD_CHAIN, action=f"calendar_{verb}", by=by, now=now, payload=payload)
