"""Taking due rungs, each once, with any number of workers at the same time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from editorial.calendar import working_days
from editorial.mail.delivery_schedule import goes_out_at
from editorial.models import EditorialPolicy, MailChoice, Rung
from editorial.models.reminder_ladder import OF_MEMBERS, OF_REVIEWS, OF_VERSIONS, Moment, OffsetUnit, ReminderRecipient
from editorial.record.canonical_json import JSONDict
from editorial.sql_files import statement
from reviews.models import Letter, ReminderOutcome
from reviews.reminders.subjects_sql import FIRST, SUBJECTS, query_parameters

BATCH = 500
"""Subjects that one worker takes at a time."""

WEEK, WORKED = 7, 5

LOCK = "FOR NO KEY UPDATE OF s SKIP LOCKED"
"""Another worker takes what is locked, and what somebody is changing waits for the next run."""

TAKE = statement(__package__, "take_rung")

TO_REVIEWER = statement(__package__, "letters_to_reviewer")
TO_MEMBER = statement(__package__, "letters_to_member")
TO_WRITERS_OF_VERSION = statement(__package__, "letters_to_writers_of_version")
TO_WRITERS_OF_REVIEWED = statement(__package__, "letters_to_writers_of_reviewed_version")
TO_EDITORS = statement(__package__, "letters_to_editors")
TO_CHAIR = statement(__package__, "letters_to_chair")

LETTERS: Mapping[ReminderRecipient, Mapping[Moment, str]] = {
    ReminderRecipient.MEMBER: dict.fromkeys(OF_REVIEWS, TO_REVIEWER) | dict.fromkeys(OF_MEMBERS, TO_MEMBER),
    ReminderRecipient.WRITER: dict.fromkeys(OF_VERSIONS, TO_WRITERS_OF_VERSION)
    | dict.fromkeys(OF_REVIEWS, TO_WRITERS_OF_REVIEWED),
    ReminderRecipient.EDITOR: dict.fromkeys(Moment, TO_EDITORS),
    ReminderRecipient.CHAIR: dict.fromkeys(Moment, TO_CHAIR),
}
"""The statements that owe letters to the recipients of a rung, where a rung can have them."""


@dataclass(frozen=True)
class PolicyRung:
    """A rung of the policy in force, with the later ones for the same people, and the date since when it exists."""

    rung: Rung
    later: Sequence[UUID]
    introduced_at: datetime


def policy_rungs(policy: EditorialPolicy) -> list[PolicyRung]:
    """Return the rungs of ``policy``, later ones first, so that of several due rungs only the last one is sent."""
    rungs = sorted(policy.rungs.in_order(), key=lambda rung: (rung.moment, -_approximate_days(rung)))
    began = _introduction_dates(rungs)
    return [
        PolicyRung(
            rung, [other.identity for other in rungs if _is_later_for_same_people(other, rung)], began[rung.identity]
        )
        for rung in rungs
    ]


def _approximate_days(rung: Rung) -> float:
    """Return the approximate number of days, precise enough to sort rungs."""
    return rung.offset * (WEEK / WORKED if rung.unit == OffsetUnit.WORKING_DAYS else 1.0)


def _is_later_for_same_people(other: Rung, rung: Rung) -> bool:
    same = (other.moment, other.recipient) == (rung.moment, rung.recipient)
    return same and other.pk != rung.pk and _approximate_days(other) > _approximate_days(rung)


def _introduction_dates(rungs: Iterable[Rung]) -> dict[UUID, datetime]:
    """Return when a policy first had each rung. A new rung sends nothing about earlier dates."""
    published = Rung.objects.filter(identity__in=[rung.identity for rung in rungs])
    first = published.values_list("identity").annotate(first=Min("policy__in_force_from"))
    return {identity: moment or FIRST for identity, moment in first.order_by("identity")}


def take_due_rungs(*, now: datetime) -> int:
    """Take every rung that is due at ``now`` and was not taken. Returns how many were taken.

    It can run any number of times and concurrently: a taken rung is a row, unique by subject and date.
    """
    policy = EditorialPolicy.objects.in_force(at=now)
    if policy is None:
        return 0
    return sum(_take_all(rung, policy=policy, now=now) for rung in policy_rungs(policy))


def _take_all(policy_rung: PolicyRung, *, policy: EditorialPolicy, now: datetime) -> int:
    """Take the rung in batches from the earliest date on, each in its own transaction."""
    taken, place = 0, (FIRST, 0)
    while True:
        with transaction.atomic():
            due = _due_rows(policy_rung, policy=policy, place=place, now=now)
            if not due:
                return taken
            taken += _take(policy_rung, due, now=now)
        place = due[-1][1], due[-1][0]


def _due_rows(
    policy_rung: PolicyRung, *, policy: EditorialPolicy, place: tuple[datetime, int], now: datetime
) -> list[tuple[Any, ...]]:
    rung = policy_rung.rung
    last = working_days.last_day_due(working_days.site_day(now), rung.offset, rung.unit)
    parameters = query_parameters(
        policy,
        now=now,
        identity=rung.identity,
        later=list(policy_rung.later),
        anchor=place[0],
        id=place[1],
        before=working_days.end_of_day(last),
        limit=BATCH,
    )
    with connection.cursor() as cursor:
        cursor.execute(f"{SUBJECTS[Moment(rung.moment)]} {LOCK}", parameters)
        return cursor.fetchall()


def _take(policy_rung: PolicyRung, due: Sequence[tuple[Any, ...]], *, now: datetime) -> int:
    rung = policy_rung.rung
    outcomes = [_outcome(policy_rung, *row) for row in due]
    rows: JSONDict = {
        "subjects": [row[0] for row in due],
        "anchors": [row[1] for row in due],
        "outcomes": outcomes,
    }
    about: JSONDict = {
        "rung": rung.pk,
        "identity": rung.identity,
        "moment": rung.moment,
        "consequence": rung.consequence,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {**rows, **about, "now": now})
        taken = cursor.fetchall()
        reminders = [pk for pk, outcome in taken if outcome == ReminderOutcome.CALLED]
        letters = LETTERS[ReminderRecipient(rung.recipient)][Moment(rung.moment)]
        cursor.execute(letters, {"reminders": reminders, "now": now, "today": working_days.site_day(now)})
    if not rung.is_escalation:
        _hold_until_chosen_hour(reminders, now=now)
    return len(taken)


def _hold_until_chosen_hour(reminders: Sequence[int], *, now: datetime) -> None:
    """Postpone the letters of ``reminders`` to the delivery time that their recipients chose."""
    letters = Letter.objects.filter(reminder__in=reminders)
    for choice in MailChoice.objects.filter(user__in=letters.values("recipient")):
        letters.filter(recipient=choice.user_id).update(not_before=goes_out_at(choice, now))


def _outcome(
    policy_rung: PolicyRung,
    _subject: int,
    anchor: datetime,
    since: datetime,
    taken_before: datetime | None,
    is_overtaken: bool,  # noqa: FBT001
) -> ReminderOutcome:
    """Return PASSED if the rung's day was over before the subject, the rung or its last reminder existed.

    Then nobody is reminded.
    """
    day = rung_day(policy_rung.rung, anchor)
    if day <= working_days.site_day(max(since, policy_rung.introduced_at)) or (
        taken_before and day <= working_days.site_day(taken_before)
    ):
        return ReminderOutcome.PASSED
    return ReminderOutcome.OVERTAKEN if is_overtaken else ReminderOutcome.CALLED


def rung_day(rung: Rung, anchor: datetime) -> date:
    """Return the day on which ``rung`` is taken for a subject with the date ``anchor``."""
    return working_days.shifted(timezone.localtime(anchor).date(), rung.offset, rung.unit)
