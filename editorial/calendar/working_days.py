"""The site's days: when reminders of a day are sent, and which days are working days."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from editorial.calendar.holidays import calendar
from editorial.models.reminder_ladder import OffsetUnit

ONE_DAY = timedelta(days=1)
FRIDAY = 4

SENDING_STARTS = time(7)
"""Reminders that are due on a day are sent from this time on, in the site's time zone."""


def is_working_day(day: date) -> bool:
    """Return whether ``day`` is neither on a weekend nor a public holiday of the site's country (``HOLIDAYS``)."""
    return day.weekday() <= FRIDAY and day not in calendar(settings.HOLIDAYS)


def shifted(day: date, offset: int, unit: str) -> date:
    """Return the day ``offset`` days after ``day``, or before it if negative, counted in ``unit``.

    The result never gets earlier as ``day`` gets later.
    """
    if unit == OffsetUnit.DAYS:
        return day + timedelta(days=offset)
    step, remaining = (ONE_DAY if offset > 0 else -ONE_DAY), abs(offset)
    while remaining:
        day += step
        remaining -= is_working_day(day)
    return day


def last_day_due(due_day: date, offset: int, unit: str) -> date:
    """Return the last day that ``shifted`` moves to ``due_day`` or earlier.

    Reminders counted from that day or an earlier one are due on ``due_day``.
    """
    candidate = due_day - timedelta(days=offset) if unit == OffsetUnit.DAYS else shifted(due_day, -offset, unit)
    while shifted(candidate, offset, unit) > due_day:
        candidate -= ONE_DAY
    while shifted(candidate + ONE_DAY, offset, unit) <= due_day:
        candidate += ONE_DAY
    return candidate


def site_day(now: datetime) -> date:
    """Return the site's day at ``now``; before ``SENDING_STARTS`` it is still the day before."""
    local = timezone.localtime(now)
    return local.date() if local.time() >= SENDING_STARTS else local.date() - ONE_DAY


def sending_time(day: date) -> datetime:
    """Return when reminders that are due on ``day`` are sent."""
    return datetime.combine(day, SENDING_STARTS, tzinfo=ZoneInfo(settings.TIME_ZONE))


def end_of_day(day: date) -> datetime:
    """Return the midnight that ends ``day``, in the site's time zone."""
    return datetime.combine(day + ONE_DAY, time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
