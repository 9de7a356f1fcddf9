"""Ladders of reminders for tests: a few rungs, their days, and their outcomes."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from editorial.models import Notice, Rung, User
from editorial.models.reminder_ladder import Consequence, Moment, OffsetUnit, ReminderRecipient
from editorial.policy.default_reminders import Step
from reviews.models import Letter, Reminder
from reviews.tasks import apply_consequences, compose_mails, take_due_rungs

NOON = time(12)


def step(
    moment: Moment,
    offset: int,
    recipient: ReminderRecipient,
    *,
    unit: OffsetUnit = OffsetUnit.DAYS,
    consequence: Consequence = Consequence.NONE,
    text: str = "$about by $due ($days).",
) -> Step:
    return Step(moment, offset, unit, recipient, text, consequence)


def noon(anchor: datetime, days: int = 0) -> datetime:
    """Return noon of the day that is ``days`` after the day of ``anchor``."""
    day = timezone.localtime(anchor).date() + timedelta(days=days)
    return datetime.combine(day, NOON, tzinfo=anchor.tzinfo)


def outcomes() -> dict[int, str]:
    """Return the outcome of each rung by its offset: the last one for a rung that was taken twice."""
    return {one.rung.offset: one.outcome for one in Reminder.objects.select_related("rung").order_by("pk")}


def told() -> set[User]:
    """Return the recipients of letters."""
    return set(User.objects.filter(pk__in=Letter.objects.values("recipient")))


def notices() -> list[Notice]:
    return list(Notice.objects.filter(kind="reminders").order_by("pk"))


def rung(**fields: object) -> Rung:
    """Return an unsaved rung that is valid except for ``fields``."""
    good = {"moment": Moment.REVIEW_DUE, "offset": 1, "recipient": ReminderRecipient.MEMBER, "text": "“$about”, $days."}
    return Rung(**{**good, **fields})


def sweep_reminders() -> int:
    """Run the tasks about reminders one after the other. Return how many rungs were taken."""
    taken = take_due_rungs()
    apply_consequences()
    compose_mails()
    return taken
