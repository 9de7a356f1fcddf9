"""The calendar feed on a member's page: its address, and why it cannot be revoked."""

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from editorial.calendar import feeds
from editorial.models import BoardMember, CalendarFeed, User
from editorial.permissions import is_editor


def calendar_address(member: BoardMember) -> SafeString | str:
    """Return the secret address of the feed as HTML. Show it only to the member."""
    feed = CalendarFeed.objects.filter(member=member.pk, revoked_at=None).first()
    if feed is None:
        return "None. Make one above, and your calendar program shows when your reviews are due."
    secret = feeds.feed_token(feed)
    if secret is None:
        return "The address still works, but cannot be shown any more. Make a new one to see it."
    address = f"{settings.SITE_URL}{reverse('calendar', args=[secret])}"
    words = "Subscribe to it in your calendar program. Do not share it: everyone with this address sees your dates."
    return format_html('<code class="secret">{}</code><br>{}', address, words)


def revoke_obstacle(user: User, member: BoardMember) -> str:
    """Return why ``user`` cannot revoke the calendar address of ``member``; empty if they can."""
    if not (is_editor(user) or member.user_id == user.pk):
        return "Only editors and the member turn a calendar off."
    has_address = CalendarFeed.objects.filter(member=member, revoked_at=None).exists()
    return "" if has_address else "The calendar has no address."
