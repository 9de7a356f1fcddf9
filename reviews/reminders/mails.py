"""One reminder mail for each recipient, and its content at the time of sending."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from editorial.calendar import working_days
from editorial.mail import notices
from editorial.models import EditorialPolicy, Notice, SweepTask, User
from editorial.models.reminder_ladder import OF_REVIEWS, Moment, ReminderRecipient
from editorial.record.canonical_json import JSONDict
from editorial.record.sweeps import sweep
from editorial.sql_files import statement
from reviews.models import Letter, Review
from reviews.reminders.subjects_in_words import describe_subjects, rung_text
from reviews.reminders.subjects_sql import subjects_at

KIND = "reminders"
BATCH = 500
"""Recipients whose letters are combined in one transaction."""

LOCK_KEY = 7_400_001
"""Key of the advisory lock: only one worker combines letters at a time."""

READY_RECIPIENTS = statement(__package__, "people_with_letters")
COMPOSE = statement(__package__, "compose_notices")


def compose_mails(*, now: datetime) -> int:
    """Create one notice for each recipient from all letters that are ready. Returns the number of recipients.

    One worker at a time combines letters; another one that starts meanwhile does nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(READY_RECIPIENTS, {"now": now})
        people = [pk for (pk,) in cursor.fetchall()]
    with sweep(SweepTask.COMPOSE_MAILS, now=now) as run:
        recipients = sum(run.in_batches(User, people, lambda batch: _compose(batch, now=now), size=BATCH))
    if recipients:
        notices.ask_for_delivery()
    return recipients


def _compose(people: Sequence[int], *, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(COMPOSE, {"now": now, "people": list(people)})
        return len(people) if cursor.rowcount else 0


def current_lines(notice: Notice, now: datetime) -> JSONDict:
    """Return the content of ``notice`` at ``now``: a line for each letter that still applies; empty if none does.

    Letters that no longer apply are marked as dropped.
    """
    letters = list(Letter.objects.filter(notice=notice).select_related("reminder__rung").order_by("pk"))
    policy = EditorialPolicy.objects.required(at=now)
    stand = set(_current_letters(letters, policy=policy, now=now))
    Letter.objects.filter(notice=notice, dropped_at=None).exclude(pk__in=stand).update(dropped_at=now)
    lines = _lines([letter for letter in letters if letter.pk in stand], now=now)
    return {"lines": lines} if lines else {}


def _current_letters(letters: Iterable[Letter], *, policy: EditorialPolicy, now: datetime) -> Iterable[int]:
    """Yield the ids of letters that still apply.

    Their subjects are at the same moment, with the same date, and their recipients can act on them.
    """
    by_moment: dict[str, list[Letter]] = defaultdict(list)
    letters = list(letters)
    reviews = {letter.reminder.subject for letter in letters if _asks_a_reviewer(letter)}
    unable = Review.objects.filter(pk__in=reviews).unable(on=working_days.site_day(now))
    empty = set(unable.values_list("pk", flat=True)) if reviews else set()
    for letter in letters:
        if not (_asks_a_reviewer(letter) and letter.reminder.subject in empty):
            by_moment[letter.reminder.moment].append(letter)
    for moment, at_moment in by_moment.items():
        present = subjects_at(Moment(moment), {letter.reminder.subject for letter in at_moment}, policy=policy, now=now)
        yield from (letter.pk for letter in at_moment if present.get(letter.reminder.subject) == letter.reminder.anchor)


def _asks_a_reviewer(letter: Letter) -> bool:
    """Whether the letter reminds a reviewer of their own review, rather than an editor."""
    return letter.reminder.rung.recipient == ReminderRecipient.MEMBER and letter.reminder.moment in OF_REVIEWS


def _lines(letters: Sequence[Letter], *, now: datetime) -> list[dict[str, str]]:
    """Return text and address of each letter, the earliest date first."""
    reminders = [letter.reminder for letter in sorted(letters, key=lambda letter: (letter.reminder.anchor, letter.pk))]
    subjects = describe_subjects((Moment(reminder.moment), reminder.subject) for reminder in reminders)
    return [
        {"text": rung_text(reminder.rung, about, anchor=reminder.anchor, today=now), "path": about.path}
        for reminder in reminders
        for about in [subjects[Moment(reminder.moment), reminder.subject]]
    ]
