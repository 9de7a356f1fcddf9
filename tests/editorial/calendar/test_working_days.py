"""Days of the house."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.calendar import working_days
from editorial.models.reminder_ladder import OffsetUnit

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
OFFSETS = st.integers(-40, 40)
UNITS = st.sampled_from(OffsetUnit.values)

GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)


@pytest.mark.parametrize(
    ("day", "offset", "unit", "expected"),
    [
        (date(2026, 3, 6), 1, OffsetUnit.DAYS, date(2026, 3, 7)),
        (date(2026, 3, 6), 1, OffsetUnit.WORKING_DAYS, date(2026, 3, 9)),
        (date(2026, 3, 9), -1, OffsetUnit.WORKING_DAYS, date(2026, 3, 6)),
        (date(2026, 3, 7), 0, OffsetUnit.WORKING_DAYS, date(2026, 3, 7)),
        (date(2026, 3, 7), -5, OffsetUnit.WORKING_DAYS, date(2026, 3, 2)),
    ],
)
def test_shifted_counts_days_or_working_days(day, offset, unit, expected):
    assert working_days.shifted(day, offset, unit) == expected


def test_holidays_of_the_country_are_not_worked(settings):
    assert working_days.is_working_day(GOOD_FRIDAY)
    settings.HOLIDAYS = "DE"
    assert not working_days.is_working_day(GOOD_FRIDAY)
    assert working_days.shifted(date(2026, 4, 2), 1, OffsetUnit.WORKING_DAYS) == date(2026, 4, 7)


def test_part_of_a_country_has_holidays_of_its_own(settings):
    corpus_christi = date(2026, 6, 4)
    settings.HOLIDAYS = "DE-BY"
    assert not working_days.is_working_day(corpus_christi)
    settings.HOLIDAYS = "DE-BE"
    assert working_days.is_working_day(corpus_christi)


@given(DAYS, OFFSETS, UNITS)
def test_later_day_is_never_shifted_before_an_earlier_one(day, offset, unit):
    assert working_days.shifted(day, offset, unit) <= working_days.shifted(day + working_days.ONE_DAY, offset, unit)


@given(DAYS, OFFSETS, UNITS)
def test_last_day_due_is_the_last_day_that_is_shifted_that_far(day, offset, unit):
    last = working_days.last_day_due(day, offset, unit)
    assert (
        working_days.shifted(last, offset, unit)
        <= day
        < working_days.shifted(last + working_days.ONE_DAY, offset, unit)
    )


def test_day_begins_at_seven_where_the_site_is(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    six = datetime(2026, 3, 2, 5, 59, tzinfo=UTC)
    assert working_days.site_day(six) == date(2026, 3, 1)
    assert working_days.site_day(six + timedelta(minutes=1)) == date(2026, 3, 2)


def test_day_begins_and_ends_by_the_clocks_of_the_site_also_when_they_change(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    change = date(2026, 3, 29)
    assert working_days.sending_time(change) == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert working_days.end_of_day(change - working_days.ONE_DAY) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert working_days.end_of_day(change) == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_last_day_that_is_not_too_late_may_lie_before_the_one_counted_back_from_a_weekend():
    thursday, saturday = date(2026, 6, 4), date(2026, 6, 6)
    assert working_days.last_day_due(saturday, 1, OffsetUnit.WORKING_DAYS) == thursday
