"""A date that falls into an absence of its member is put off until they are back, where the policy says so."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from editorial import workdays
from editorial.exceptions import Refusal
from editorial.models import Absence, EditorialPolicy, User
from editorial.models.ladder import Unit
from reviews.actions import extend
from reviews.models import Review


def put_off(*, now: datetime) -> int:
    """Give the open reviews of members who are away, or will be, the dates that they have then; how many got one.

    What was put off lies behind the absence, so it is not put off again.
    """
    policy = EditorialPolicy.objects.in_force(at=now)
    if policy is None or not policy.absence_moves_dates:
        return 0
    absences: dict[int, list[Absence]] = defaultdict(list)
    for absence in Absence.objects.filter(last_day__gte=workdays.day_of(now)).order_by("first_day", "pk"):
        absences[absence.member_id].append(absence)
    reviews = Review.objects.open().filter(member__in=absences).order_by("pk")
    return sum(_put_off(review, absences[review.member_id], now=now) for review in reviews)


def _put_off(review: Review, absences: Iterable[Absence], *, now: datetime) -> bool:
    present = timezone.localtime(review.expected_by)
    asked_on = timezone.localtime(review.state_changed_at).date()
    day = _after(absences, due=present.date(), asked_on=asked_on)
    if day == present.date():
        return False
    due_at = datetime.combine(day, present.time(), tzinfo=present.tzinfo)
    try:
        extend(review_id=review.pk, due_at=due_at, by=User.objects.system(), now=now, reason="The member is away then.")
    except Refusal:  # somebody answered, or gave more time, a moment ago
        return False
    return True


def _after(absences: Iterable[Absence], *, due: date, asked_on: date) -> date:
    """``due``, or the day that is as many working days after the absence as were left of ``due`` when it began."""
    for absence in absences:
        if absence.first_day <= due <= absence.last_day:
            left = _worked(max(absence.first_day, asked_on), due)
            due = workdays.shifted(absence.last_day, max(left, 1), Unit.WORKING_DAYS)
    return due


def _worked(first: date, last: date) -> int:
    """How many days are worked from ``first`` to ``last``, both counted."""
    return sum(workdays.is_worked(first + timedelta(days=n)) for n in range((last - first).days + 1))
