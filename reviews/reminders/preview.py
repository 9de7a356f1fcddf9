"""Preview of the reminders that a ladder sends in a month before or after a day, from the current data."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from editorial.calendar import working_days
from editorial.models import EditorialPolicy, Rung
from editorial.models.reminder_ladder import OF_REVIEWS, Moment, ReminderRecipient
from reviews.models import Review
from reviews.reminders.due import rung_day
from reviews.reminders.subjects_in_words import Subject, describe_subjects, rung_text
from reviews.reminders.subjects_sql import DueSubject, subjects_between


@dataclass(frozen=True)
class PreviewedReminder:
    """A rung on its day: recipients, text, and the page of its subject."""

    day: date
    rung: Rung
    whom: str
    words: str
    path: str


def preview_reminders(
    policy: EditorialPolicy, *, first: date, last: date, now: datetime, limit: int
) -> list[PreviewedReminder]:
    """Return what the rungs of ``policy`` send from ``first`` to ``last``, by day, at most ``limit`` for each rung.

    It uses subjects that are at a rung's moment now: later changes are unknown. One query for each rung, one more for
    each that reminds reviewers, and four more.
    """
    due_rungs = [
        (rung_day(rung, due.anchor), rung, due)
        for rung in policy.rungs.in_order()
        for due in _due_subjects(rung, first=first, last=last, policy=policy, now=now, limit=limit)
    ]
    about = describe_subjects((Moment(rung.moment), due.subject) for _day, rung, due in due_rungs)
    previewed = [
        PreviewedReminder(
            day=day,
            rung=rung,
            whom=_recipient_words(rung, about[Moment(rung.moment), due.subject]),
            words=rung_text(
                rung, about[Moment(rung.moment), due.subject], anchor=due.anchor, today=working_days.sending_time(day)
            ),
            path=about[Moment(rung.moment), due.subject].path,
        )
        for day, rung, due in due_rungs
    ]
    return sorted(previewed, key=lambda reminder: (reminder.day, reminder.rung.pk, reminder.words))


def _recipient_words(rung: Rung, about: Subject) -> str:
    return about.values["member"] if rung.recipient == ReminderRecipient.MEMBER else rung.get_recipient_display()


def _due_subjects(
    rung: Rung, *, first: date, last: date, policy: EditorialPolicy, now: datetime, limit: int
) -> Iterator[DueSubject]:
    """Yield the subjects of ``rung`` on the days from ``first`` to ``last``."""
    days = (working_days.last_day_due(day, rung.offset, rung.unit) for day in (first - working_days.ONE_DAY, last))
    begin, end = (working_days.end_of_day(day) for day in days)
    subjects = [*subjects_between(Moment(rung.moment), begin, end, policy=policy, now=now, limit=limit)]
    spared: set[int] = set()
    if rung.recipient == ReminderRecipient.MEMBER and rung.moment in OF_REVIEWS:
        reviews = Review.objects.filter(pk__in=[due.subject for due in subjects])
        spared = set(reviews.unable(on=working_days.site_day(now)).values_list("pk", flat=True))
    for due in subjects:
        if rung_day(rung, due.anchor) > working_days.site_day(due.since) and due.subject not in spared:
            yield due
