"""When a mail goes out, by what its recipient chose.

Only mail that can wait is asked about here: reminders. Invitations and decisions always go out at once, and an
escalation is a mail that somebody else has waited too long for: no choice switches it off or puts it off.
"""

from datetime import UTC, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

from editorial.models.mail import Delivery, MailChoice, Weekday


def goes_out_at(choice: MailChoice, owed_at: datetime) -> datetime:
    """The moment, not before ``owed_at``, at which a mail owed then goes out.

    At once: immediately, or, on a quiet weekday, at the chosen hour of the first day that is none. Digest: the next
    time that it is the chosen hour on a day that is not quiet, so everything owed in between has the same moment.
    Hours and weekdays are those of the recipient's time zone. Where the clocks go forward over the hour, it comes as
    much later; where it is there twice, the first one counts, so no day has two digests.
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
    """The recipient's time zone; the site's when none is chosen, or when the chosen one is not known here any more."""
    try:
        return ZoneInfo(choice.time_zone or timezone.get_default_timezone_name())
    except ZoneInfoNotFoundError:
        return ZoneInfo(timezone.get_default_timezone_name())
