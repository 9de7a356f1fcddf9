"""A member's calendar on their page: its address, and why it cannot be turned off."""

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from editorial import feeds
from editorial.models import BoardMember, CalendarFeed, User
from editorial.permissions import is_editor


def calendar_shown(member: BoardMember) -> SafeString | str:
    """The address, for the eyes of the member alone."""
    feed = CalendarFeed.objects.filter(member=member.pk, revoked_at=None).first()
    if feed is None:
        return "None. Make one above, and your calendar program shows when your reviews are due."
    secret = feeds.token(feed)
    if secret is None:
        return "The address still works, but cannot be shown any more. Make a new one to see it."
    address = f"{settings.SITE_URL}{reverse('calendar', args=[secret])}"
    words = "Subscribe to it in your calendar program, and keep it to yourself: who has it sees your dates."
    return format_html('<code class="secret">{}</code><br>{}', address, words)


def no_calendar(user: User, member: BoardMember) -> str:
    """Why ``user`` cannot turn the calendar of ``member`` off, empty when they can."""
    if not (is_editor(user) or member.user_id == user.pk):
        return "Only editors and the member turn a calendar off."
    live = CalendarFeed.objects.filter(member=member, revoked_at=None).exists()
    return "" if live else "The calendar has no address."
