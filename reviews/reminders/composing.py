"""One mail for each person of all they are owed, and what it says at the moment it is sent."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from editorial import notices
from editorial.models import EditorialPolicy, Notice
from editorial.models.ladder import Moment
from reviews.models import Letter
from reviews.reminders.naming import named, worded
from reviews.reminders.subjects import at

KIND = "reminders"
BATCH = 500
"""People whose letters are put together in one transaction."""

TURN = 7_400_001
"""Key of the advisory lock: letters of one person must not be put together twice at once."""

PEOPLE = """SELECT DISTINCT recipient_id FROM reviews_letter
    WHERE notice_id IS NULL AND dropped_at IS NULL AND not_before <= %(now)s ORDER BY recipient_id LIMIT %(limit)s"""

COMPOSE = """
WITH ready AS (
    SELECT id, recipient_id FROM reviews_letter
    WHERE notice_id IS NULL AND dropped_at IS NULL AND not_before <= %(now)s AND recipient_id = ANY(%(people)s)
), owed AS (
    INSERT INTO editorial_notice (key, kind, recipient_id, subject, context, owed_at, not_before, attempts, last_error)
    SELECT 'reminders:' || recipient_id || ':' || min(id), 'reminders', recipient_id, 'user:' || recipient_id,
           '{}', %(now)s, %(now)s, 0, ''
    FROM ready GROUP BY recipient_id RETURNING id, recipient_id
)
UPDATE reviews_letter SET notice_id = owed.id
FROM ready JOIN owed ON owed.recipient_id = ready.recipient_id WHERE reviews_letter.id = ready.id
"""


def compose(*, now: datetime) -> int:
    """Owe each person one notice of all letters that are ready for them; returns how many people are told.

    One worker at a time puts letters together; another one that comes meanwhile leaves it to that.
    """
    told = 0
    while people := _compose(now=now):
        told += people
    if told:
        notices.ask_for_delivery()
    return told


@transaction.atomic
def _compose(*, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TURN])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(PEOPLE, {"now": now, "limit": BATCH})
        people = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(COMPOSE, {"now": now, "people": people})
    return len(people)


def said_now(notice: Notice, now: datetime) -> dict[str, Any]:
    """What ``notice`` says at ``now``: a line for each of its letters that is still so, none if there is none.

    The others are dropped: what was decided meanwhile reminds nobody.
    """
    letters = list(Letter.objects.filter(notice=notice).select_related("reminder__rung").order_by("pk"))
    policy = EditorialPolicy.objects.required(at=now)
    stand = set(_standing(letters, policy=policy, now=now))
    Letter.objects.filter(notice=notice, dropped_at=None).exclude(pk__in=stand).update(dropped_at=now)
    lines = _lines([letter for letter in letters if letter.pk in stand], now=now)
    return {"lines": lines} if lines else {}


def _standing(letters: Iterable[Letter], *, policy: EditorialPolicy, now: datetime) -> Iterable[int]:
    """Ids of the letters whose subjects are still at their moment, with the same date."""
    by_moment: dict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        by_moment[letter.reminder.moment].append(letter)
    for moment, some in by_moment.items():
        present = at(Moment(moment), {letter.reminder.subject for letter in some}, policy=policy, now=now)
        yield from (one.pk for one in some if present.get(one.reminder.subject) == one.reminder.anchor)


def _lines(letters: Sequence[Letter], *, now: datetime) -> list[dict[str, str]]:
    """Words and address of each letter, the earliest date first."""
    reminders = [letter.reminder for letter in sorted(letters, key=lambda letter: (letter.reminder.anchor, letter.pk))]
    known = named((Moment(one.moment), one.subject) for one in reminders)
    return [
        {"text": worded(one.rung, about, anchor=one.anchor, today=now), "path": about.path}
        for one in reminders
        for about in [known[Moment(one.moment), one.subject]]
    ]
