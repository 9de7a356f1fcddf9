"""Dates that fall into an absence: behind it, by the working days that were left, where the policy says so."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from editorial.models import Absence, LedgerEntry, Notice, User
from editorial.models.reminder_ladder import Moment, ReminderRecipient
from reviews import reminders
from reviews.lifecycle import State
from reviews.models import Reminder, Review
from tests.support import factories
from tests.support.factories import NOW
from tests.support.reminder_ladders import step, sweep_reminders

pytestmark = pytest.mark.django_db

MONDAY = NOW.date()  # the 2nd of March 2026
DUE = datetime.combine(date(2026, 3, 23), NOW.time(), NOW.tzinfo)


def away(review: Review, first: date, last: date) -> None:
    Absence.objects.create(member=review.member, first_day=first, last_day=last)


def accepted(**fields) -> Review:
    factories.make_policy(**{"absence_moves_dates": True, **fields})
    review = factories.make_review_at(State.ACCEPTED)
    assert review.due_at == DUE
    return review


@pytest.mark.parametrize(
    ("first", "last", "new_day"),
    [
        (date(2026, 3, 20), date(2026, 3, 27), date(2026, 3, 31)),  # Friday and Monday were left
        (date(2026, 3, 23), date(2026, 3, 23), date(2026, 3, 24)),
        (date(2026, 2, 1), date(2026, 3, 29), date(2026, 4, 20)),  # away when it was accepted: all sixteen are left
        (date(2026, 3, 10), date(2026, 3, 22), date(2026, 3, 23)),
        (date(2026, 3, 24), date(2026, 3, 30), date(2026, 3, 23)),
    ],
)
def test_date_in_an_absence_is_put_behind_it_by_the_working_days_that_were_left(first, last, new_day):
    review = accepted()
    away(review, first, last)
    moved = new_day != DUE.date()
    assert reminders.postpone_dates(now=NOW) == moved
    assert reminders.postpone_dates(now=NOW) == 0
    review.refresh_from_db()
    assert review.due_at == datetime.combine(new_day, DUE.timetz())
    assert Notice.objects.filter(kind="review_extended", recipient=review.member.user).count() == moved
    assert LedgerEntry.objects.filter(action="review.extend", actor=User.objects.system()).count() == moved


def test_date_is_put_behind_the_second_of_two_absences_at_once():
    review = accepted()
    away(review, date(2026, 3, 23), date(2026, 3, 27))
    away(review, date(2026, 3, 30), date(2026, 4, 3))
    assert reminders.postpone_dates(now=NOW) == 1
    review.refresh_from_db()
    assert review.due_at.date() == date(2026, 4, 6)


def test_invitation_to_who_is_away_may_be_answered_when_they_are_back():
    factories.make_policy(absence_moves_dates=True)
    review = factories.make_review_at(State.INVITED)
    away(review, MONDAY, MONDAY + timedelta(days=20))
    before = review.due_at - review.respond_by
    assert reminders.postpone_dates(now=NOW) == 1
    review.refresh_from_db()
    assert review.respond_by.date() > MONDAY + timedelta(days=20)
    assert review.due_at - review.respond_by == before


def test_dates_stay_where_the_policy_does_not_say_so():
    review = accepted(absence_moves_dates=False)
    away(review, MONDAY, DUE.date())
    assert reminders.postpone_dates(now=NOW) == 0


def test_nothing_is_put_off_without_a_policy():
    assert reminders.postpone_dates(now=NOW) == 0


def test_absence_that_is_over_or_lasts_longer_than_a_date_may_be_put_off_moves_nothing():
    review = accepted()
    away(review, MONDAY, DUE.date())
    assert reminders.postpone_dates(now=NOW + timedelta(days=30)) == 0
    away(review, MONDAY, MONDAY + timedelta(days=400))
    assert reminders.postpone_dates(now=NOW) == 0


def test_sweep_puts_off_before_it_reminds(time_machine):
    review = accepted(rungs=[step(Moment.REVIEW_DUE, -1, ReminderRecipient.MEMBER)])
    away(review, date(2026, 3, 23), date(2026, 3, 27))
    time_machine.move_to(DUE - timedelta(hours=1))
    sweep_reminders()
    review.refresh_from_db()
    assert timezone.localtime(review.due_at).date() == date(2026, 3, 30)
    assert not Reminder.objects.exists()
