"""Days of the house: when one begins, and which of them are worked."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from editorial.models.ladder import Unit
from editorial.public_holidays import calendar

ONE = timedelta(days=1)
FRIDAY = 4

BEGINS = time(7)
"""What is due on a day goes out from this hour on, in the site's time zone."""


def is_worked(day: date) -> bool:
    """Neither a weekend nor a public holiday of the site's country (setting ``HOLIDAYS``)."""
    return day.weekday() <= FRIDAY and day not in calendar(settings.HOLIDAYS)


def shifted(day: date, offset: int, unit: str) -> date:
    """The day ``offset`` days after ``day``, or before it if negative; with working days only those are counted.

    Never earlier for a later ``day``.
    """
    if unit == Unit.DAYS:
        return day + timedelta(days=offset)
    step, left = (ONE if offset > 0 else -ONE), abs(offset)
    while left:
        day += step
        left -= is_worked(day)
    return day


def last_with(shifted_by: date, offset: int, unit: str) -> date:
    """The last day that, shifted, is not after ``shifted_by``: whatever is counted from it or earlier is due then."""
    guess = shifted_by - timedelta(days=offset) if unit == Unit.DAYS else shifted(shifted_by, -offset, unit)
    while shifted(guess, offset, unit) > shifted_by:
        guess -= ONE
    while shifted(guess + ONE, offset, unit) <= shifted_by:
        guess += ONE
    return guess


def day_of(now: datetime) -> date:
    """The site's day at ``now``; before ``BEGINS`` it is still the day before."""
    local = timezone.localtime(now)
    return local.date() if local.time() >= BEGINS else local.date() - ONE


def begins(day: date) -> datetime:
    """When what is due on ``day`` goes out."""
    return datetime.combine(day, BEGINS, tzinfo=ZoneInfo(settings.TIME_ZONE))


def after(day: date) -> datetime:
    """The midnight that ends ``day`` on the site."""
    return datetime.combine(day + ONE, time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
