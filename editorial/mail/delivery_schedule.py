"""When a mail is sent, by its recipient's choice.

This covers only mail that can wait: reminders. Invitations and decisions are always sent at once. So are escalations,
because another person has waited too long already: no choice switches them off or postpones them.
"""

from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

from editorial.models.mail_preferences import Delivery, MailChoice, Weekday


def goes_out_at(choice: MailChoice, owed_at: datetime) -> datetime:
    """Return when a mail that is due at ``owed_at`` is sent, never earlier.

    At once: immediately, or on a quiet weekday at the chosen hour of the first day that is not quiet. Digest: the next
    time that it is the chosen hour on a day that is not quiet, so all mail due in between is sent at the same time.
    Hours and weekdays are those of the recipient's time zone. If the clocks go forward over the chosen hour, the mail
    is sent as much later. If the hour occurs twice, the first one counts, so no day has two digests.
    """
    zone = zone_of(choice)
    if choice.delivery == Delivery.AT_ONCE and not is_quiet(choice, owed_at, zone=zone):
        return owed_at
    day = owed_at.astimezone(zone).date()
    hours = (
        datetime.combine(day + timedelta(days=ahead), time(choice.hour), zone).astimezone(UTC) for ahead in count()
    )
    return next(hour for hour in hours if hour >= owed_at and not is_quiet(choice, hour, zone=zone))


def is_quiet(choice: MailChoice, moment: datetime, *, zone: ZoneInfo) -> bool:
    """Whether ``moment`` is on one of the recipient's quiet weekdays."""
    return Weekday.values[moment.astimezone(zone).weekday()] in choice.quiet_weekdays


def zone_of(choice: MailChoice) -> ZoneInfo:
    """Return the recipient's time zone, or the site's if none is chosen or the chosen one is no longer known."""
    try:
        return ZoneInfo(choice.time_zone or timezone.get_default_timezone_name())
    except ZoneInfoNotFoundError:
        return ZoneInfo(timezone.get_default_timezone_name())
