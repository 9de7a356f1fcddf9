"""Postponing due dates that fall into a member's absence, if the policy says so."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from editorial.calendar import working_days
from editorial.exceptions import Refusal
from editorial.models import Absence, EditorialPolicy, SweepTask, User
from editorial.models.reminder_ladder import OffsetUnit
from editorial.record.sweeps import sweep
from reviews.actions import extend
from reviews.models import Review


def postpone_dates(*, now: datetime) -> int:
    """Postpone the due dates of open reviews whose members are absent then. Returns how many dates changed.

    The new date is after the absence, so it is not postponed again.
    """
    policy = EditorialPolicy.objects.in_force(at=now)
    if policy is None or not policy.absence_moves_dates:
        return 0
    absences: dict[int, list[Absence]] = defaultdict(list)
    for absence in Absence.objects.filter(last_day__gte=working_days.site_day(now)).order_by("first_day", "pk"):
        absences[absence.member_id].append(absence)
    reviews = {review.pk: review for review in Review.objects.open().filter(member__in=absences).order_by("pk")}
    with sweep(SweepTask.POSTPONE_DATES, now=now) as run:
        return sum(
            run.each(Review, reviews, lambda pk: _postpone(reviews[pk], absences[reviews[pk].member_id], now=now))
        )


def _postpone(review: Review, absences: Iterable[Absence], *, now: datetime) -> bool:
    present = timezone.localtime(review.expected_by)
    asked_on = timezone.localtime(review.state_changed_at).date()
    day = _date_after_absences(absences, due=present.date(), asked_on=asked_on)
    if day == present.date():
        return False
    due_at = datetime.combine(day, present.time(), tzinfo=present.tzinfo)
    try:
        extend(review_id=review.pk, due_at=due_at, by=User.objects.system(), now=now, reason="The member is away then.")
    except Refusal:  # the review was answered or extended a moment ago
        return False
    return True


def _date_after_absences(absences: Iterable[Absence], *, due: date, asked_on: date) -> date:
    """Return ``due``, or the date after the absence with as many working days as were left when it began."""
    for absence in absences:
        if absence.first_day <= due <= absence.last_day:
            left = _working_days_between(max(absence.first_day, asked_on), due)
            due = working_days.shifted(absence.last_day, max(left, 1), OffsetUnit.WORKING_DAYS)
    return due


def _working_days_between(first: date, last: date) -> int:
    """Count the working days from ``first`` to ``last``, both included."""
    return sum(working_days.is_working_day(first + timedelta(days=n)) for n in range((last - first).days + 1))
