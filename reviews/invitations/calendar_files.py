"""Due dates of accepted reviews as iCalendar (RFC 5545): one attached to a mail, or all of a member's as a feed.

They contain what is due, when, and a link; nothing of the review's content.
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
from reviews.invitations.urls import admin_path
from reviews.lifecycle import State
from reviews.models import Review

REMEMBERED = timedelta(days=90)
"""How long after its date a cancelled review stays in a feed, so that every calendar learns of the cancellation."""

REFRESH = timedelta(hours=1)


def deadlines(member: BoardMember, *, at: datetime) -> QuerySet[Review]:
    """Return the reviews in ``member``'s calendar: accepted and not signed, first due first.

    Cancelled and declined reviews are included for a while. ``changed_at`` is annotated: the time of the last change.
    """
    history = Review.history.filter(id=OuterRef("pk")).order_by("-history_id")
    taken_on = Review.objects.of(member.user).filter(accepted_at__isnull=False).exclude(state=State.SIGNED)
    listed = taken_on.filter(Q(state=State.ACCEPTED) | Q(due_at__gte=at - REMEMBERED))
    return listed.annotate(changed_at=Subquery(history.values("history_date")[:1])).select_related("version").in_order()


def feed(reviews: Iterable[Review]) -> bytes:
    """Return a calendar of ``reviews`` from ``deadlines``, for subscription. The same reviews give the same bytes."""
    calendar = _calendar()
    calendar.add("x-wr-calname", f"{settings.SITE_NAME}: my reviews")
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for review in reviews:
        calendar.add_component(event(review, changed_at=review.changed_at))  # type: ignore[attr-defined]
    return calendar.to_ical()


def attachment(review: Review, *, now: datetime) -> dict[str, str]:
    """Return one review as a mail attachment for any calendar program. A later one replaces it (RFC 5546)."""
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
    """Return the due day of ``review`` as an entry that blocks no time.

    SEQUENCE is the review's revision, which increases with every change.
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
