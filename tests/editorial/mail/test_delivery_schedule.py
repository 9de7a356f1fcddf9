"""When a mail goes out by what its recipient chose: over time zones, quiet days and both changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from editorial.mail.delivery_schedule import goes_out_at
from editorial.models import Delivery, MailChoice, Weekday
from editorial.models.mail_preferences import validate_time_zone

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Pacific/Apia",
    "Asia/Kathmandu",
]

choices = st.builds(
    MailChoice,
    delivery=st.sampled_from(Delivery.values),
    hour=st.integers(0, 23),
    quiet_weekdays=st.lists(st.sampled_from(Weekday.values), unique=True, max_size=6),
    time_zone=st.sampled_from(ZONES),
)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(choices, moments)
def test_mail_goes_out_later_within_eight_days_on_no_quiet_day_and_stays_there(choice, owed_at):
    moment = goes_out_at(choice, owed_at)
    assert owed_at <= moment <= owed_at + timedelta(days=8, hours=2)
    local = moment.astimezone(ZoneInfo(choice.time_zone or "UTC"))
    assert Weekday.values[local.weekday()] not in choice.quiet_weekdays
    assert goes_out_at(choice, moment) == moment


@given(choices, moments, moments)
def test_digests_keep_the_order_and_are_one_a_day(choice, one, other):
    choice.delivery = Delivery.DIGEST
    first, second = (goes_out_at(choice, moment) for moment in sorted((one, other)))
    assert first <= second
    zone = ZoneInfo(choice.time_zone or "UTC")
    assert first == second or first.astimezone(zone).date() < second.astimezone(zone).date()


@pytest.mark.parametrize(
    ("hour", "owed_at", "goes_out"),
    [
        (2, datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN), "2026-03-29T03:00:00+02:00"),  # there is no 2 o'clock
        (2, datetime(2026, 10, 25, 0, 30, tzinfo=BERLIN), "2026-10-25T02:00:00+02:00"),  # the first of two
        (2, datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), "2026-10-26T02:00:00+01:00"),  # not a second time
        (8, datetime(2026, 3, 2, 8, 0, tzinfo=BERLIN), "2026-03-02T08:00:00+01:00"),
    ],
)
def test_digest_where_the_clocks_change_comes_once(hour, owed_at, goes_out):
    choice = MailChoice(delivery=Delivery.DIGEST, hour=hour, time_zone="Europe/Berlin")
    assert goes_out_at(choice, owed_at).astimezone(BERLIN).isoformat() == goes_out


def test_zone_that_is_not_known_any_more_is_the_sites():
    choice = MailChoice(delivery=Delivery.DIGEST, hour=8, time_zone="Mars/Base")
    assert goes_out_at(choice, datetime(2026, 3, 2, 9, tzinfo=UTC)) == datetime(2026, 3, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Mars/Base", "europe/berlin", "../../etc/passwd", "localtime"])
def test_unknown_zone_is_refused(name):
    with pytest.raises(ValidationError, match="no time zone known here"):
        validate_time_zone(name)
