"""Ladders of reminders for tests: a few rungs, their days, and what came of them."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from editorial.ladder import Step
from editorial.models import Notice, Rung, User
from editorial.models.ladder import Consequence, Moment, Recipient, Unit
from reviews.models import Letter, Reminder

NOON = time(12)


def step(
    moment: Moment,
    offset: int,
    recipient: Recipient,
    *,
    unit: Unit = Unit.DAYS,
    consequence: Consequence = Consequence.NONE,
    text: str = "$about by $due ($days).",
) -> Step:
    return Step(moment, offset, unit, recipient, text, consequence)


def noon(anchor: datetime, days: int = 0) -> datetime:
    """Noon of the day that is ``days`` after the one of ``anchor``."""
    day = timezone.localtime(anchor).date() + timedelta(days=days)
    return datetime.combine(day, NOON, tzinfo=anchor.tzinfo)


def outcomes() -> dict[int, str]:
    """What taking came to, by the offset of the rung; the last one where a rung was taken twice."""
    return {one.rung.offset: one.outcome for one in Reminder.objects.select_related("rung").order_by("pk")}


def told() -> set[User]:
    """To whom letters are owed."""
    return set(User.objects.filter(pk__in=Letter.objects.values("recipient")))


def notices() -> list[Notice]:
    return list(Notice.objects.filter(kind="reminders").order_by("pk"))


def rung(**fields: object) -> Rung:
    """An unsaved rung that nothing is wrong with, but for ``fields``."""
    good = {"moment": Moment.REVIEW_DUE, "offset": 1, "recipient": Recipient.MEMBER, "text": "“$about”, $days."}
    return Rung(**{**good, **fields})
