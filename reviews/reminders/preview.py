"""What a ladder tells in a month before or after a day, as things stand now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from editorial import workdays
from editorial.models import EditorialPolicy, Rung
from editorial.models.ladder import Moment, Recipient
from reviews.reminders.claiming import falls_on
from reviews.reminders.naming import About, named, worded
from reviews.reminders.subjects import Due, between


@dataclass(frozen=True)
class Told:
    """A rung on its day: who is told, in which words, and the page of what it is about."""

    day: date
    rung: Rung
    whom: str
    words: str
    path: str


def preview(policy: EditorialPolicy, *, first: date, last: date, now: datetime, limit: int) -> list[Told]:
    """What the rungs of ``policy`` tell from ``first`` to ``last``, day by day, at most ``limit`` for each rung.

    Who is at a rung's moment now counts: what was decided since is told no more, and what is yet to come is not known.
    One query for each rung and four more.
    """
    found = [
        (falls_on(rung, due.anchor), rung, due)
        for rung in policy.rungs.in_order()
        for due in _due(rung, first=first, last=last, policy=policy, now=now, limit=limit)
    ]
    about = named((Moment(rung.moment), due.subject) for _day, rung, due in found)
    told = [
        Told(
            day=day,
            rung=rung,
            whom=_whom(rung, about[Moment(rung.moment), due.subject]),
            words=worded(rung, about[Moment(rung.moment), due.subject], anchor=due.anchor, today=workdays.begins(day)),
            path=about[Moment(rung.moment), due.subject].path,
        )
        for day, rung, due in found
    ]
    return sorted(told, key=lambda one: (one.day, one.rung.pk, one.words))


def _whom(rung: Rung, about: About) -> str:
    return about.values["member"] if rung.recipient == Recipient.MEMBER else rung.get_recipient_display()


def _due(rung: Rung, *, first: date, last: date, policy: EditorialPolicy, now: datetime, limit: int) -> Iterator[Due]:
    """Whom ``rung`` is told about on a day from ``first`` to ``last``."""
    days = (workdays.last_with(day, rung.offset, rung.unit) for day in (first - workdays.ONE, last))
    begin, end = (workdays.after(day) for day in days)
    for due in between(Moment(rung.moment), begin, end, policy=policy, now=now, limit=limit):
        if falls_on(rung, due.anchor) > workdays.day_of(due.since):
            yield due
