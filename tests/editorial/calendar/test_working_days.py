"""Days of the house."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial import workdays
from editorial.models.ladder import Unit

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
OFFSETS = st.integers(-40, 40)
UNITS = st.sampled_from(Unit.values)

GOOD_FRIDAY, EASTER_MONDAY = date(2026, 4, 3), date(2026, 4, 6)


@pytest.mark.parametrize(
    ("day", "offset", "unit", "expected"),
    [
        (date(2026, 3, 6), 1, Unit.DAYS, date(2026, 3, 7)),
        (date(2026, 3, 6), 1, Unit.WORKING_DAYS, date(2026, 3, 9)),
        (date(2026, 3, 9), -1, Unit.WORKING_DAYS, date(2026, 3, 6)),
        (date(2026, 3, 7), 0, Unit.WORKING_DAYS, date(2026, 3, 7)),
        (date(2026, 3, 7), -5, Unit.WORKING_DAYS, date(2026, 3, 2)),
    ],
)
def test_shifted_counts_days_or_working_days(day, offset, unit, expected):
    assert workdays.shifted(day, offset, unit) == expected


def test_holidays_of_the_country_are_not_worked(settings):
    assert workdays.is_worked(GOOD_FRIDAY)
    settings.HOLIDAYS = "DE"
    assert not workdays.is_worked(GOOD_FRIDAY)
    assert workdays.shifted(date(2026, 4, 2), 1, Unit.WORKING_DAYS) == date(2026, 4, 7)


def test_part_of_a_country_has_holidays_of_its_own(settings):
    corpus_christi = date(2026, 6, 4)
    settings.HOLIDAYS = "DE-BY"
    assert not workdays.is_worked(corpus_christi)
    settings.HOLIDAYS = "DE-BE"
    assert workdays.is_worked(corpus_christi)


@given(DAYS, OFFSETS, UNITS)
def test_later_day_is_never_shifted_before_an_earlier_one(day, offset, unit):
    assert workdays.shifted(day, offset, unit) <= workdays.shifted(day + workdays.ONE, offset, unit)


@given(DAYS, OFFSETS, UNITS)
def test_last_with_is_the_last_day_that_is_shifted_that_far(day, offset, unit):
    last = workdays.last_with(day, offset, unit)
    assert workdays.shifted(last, offset, unit) <= day < workdays.shifted(last + workdays.ONE, offset, unit)


def test_day_begins_at_seven_where_the_site_is(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    six = datetime(2026, 3, 2, 5, 59, tzinfo=UTC)
    assert workdays.day_of(six) == date(2026, 3, 1)
    assert workdays.day_of(six + timedelta(minutes=1)) == date(2026, 3, 2)


def test_day_begins_and_ends_by_the_clocks_of_the_site_also_when_they_change(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    change = date(2026, 3, 29)
    assert workdays.begins(change) == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert workdays.after(change - workdays.ONE) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert workdays.after(change) == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_last_day_that_is_not_too_late_may_lie_before_the_one_counted_back_from_a_weekend():
    thursday, saturday = date(2026, 6, 4), date(2026, 6, 6)
    assert workdays.last_with(saturday, 1, Unit.WORKING_DAYS) == thursday
