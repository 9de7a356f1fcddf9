"""Due dates of accepted reviews as iCalendar (RFC 5545): one in a mail, all of a member's in a feed.

They say what is due when and where it is done, and nothing of what is in it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from icalendar import Calendar, Event

from editorial.models import BoardMember
from reviews.lifecycle import State
from reviews.models import Review
from reviews.places import admin_path

REMEMBERED = timedelta(days=90)
"""How long after its date a review that was called off stays in a feed, so that every calendar hears of it."""

REFRESH = timedelta(hours=1)


def deadlines(member: BoardMember, *, at: datetime) -> QuerySet[Review]:
    """What belongs into ``member``'s calendar: what they accepted and have not signed, first due first.

    What was called off or given back is there too, for a while. ``changed_at`` is when it last changed.
    """
    history = Review.history.filter(id=OuterRef("pk")).order_by("-history_id")
    taken_on = Review.objects.of(member.user).filter(accepted_at__isnull=False).exclude(state=State.SIGNED)
    kept = taken_on.filter(Q(state=State.ACCEPTED) | Q(due_at__gte=at - REMEMBERED))
    return kept.annotate(changed_at=Subquery(history.values("history_date")[:1])).select_related("version").in_order()


def feed(reviews: Iterable[Review]) -> bytes:
    """A calendar of ``reviews`` from ``deadlines``, to subscribe to. The same reviews give the same bytes."""
    calendar = _calendar()
    calendar.add("x-wr-calname", f"{settings.SITE_NAME}: my reviews")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for review in reviews:
        calendar.add_component(event(review, changed_at=review.changed_at))  # type: ignore[attr-defined]
    return calendar.to_ical()


def attachment(review: Review, *, now: datetime) -> dict[str, str]:
    """One review for a mail, to be put into whichever calendar; a later one replaces it (RFC 5546)."""
    method = "PUBLISH" if review.state == State.ACCEPTED else "CANCEL"
    calendar = _calendar()
    calendar.add("method", method)
    calendar.add_component(event(review, changed_at=now))
    return {
        "name": f"review-{review.pk}.ics",
        "type": f"text/calendar; method={method}",
        "text": calendar.to_ical().decode(),
    }


def event(review: Review, *, changed_at: datetime) -> Event:
    """The day on which ``review`` is due, as an entry that blocks no time.

    The review's revision counts every change, so SEQUENCE grows whenever the date does.
    """
    entry, link = Event(), f"{settings.SITE_URL}{admin_path(review)}"
    entry.add("uid", f"review-{review.pk}@{urlsplit(settings.SITE_URL).hostname}")
    entry.add("sequence", review.revision)
    entry.add("dtstamp", changed_at.astimezone(UTC))
    entry.add("dtstart", timezone.localtime(review.due_at).date())
    entry.add("transp", "TRANSPARENT")
    entry.add("status", "CONFIRMED" if review.state == State.ACCEPTED else "CANCELLED")
    entry.add("summary", f"Review due: {review.version.question}")
    entry.add("description", link)
    entry.add("url", link)
    entry.add("organizer", f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}", parameters={"cn": settings.SITE_NAME})
    return entry


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.SITE_NAME}//Reviews//EN")
    calendar.add("version", "2.0")
    return calendar
