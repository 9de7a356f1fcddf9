"""Taking due rungs, each once, with any number of workers at the same time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Min, Model
from django.utils import timezone

from articles.models import Report, Version
from editorial.calendar import working_days
from editorial.mail.delivery_schedule import goes_out_at
from editorial.models import BoardMember, EditorialPolicy, MailChoice, Rung, SweepTask
from editorial.models.reminder_ladder import (
    OF_MEMBERS,
    OF_REPORTS,
    OF_REVIEWS,
    OF_VERSIONS,
    Moment,
    OffsetUnit,
    ReminderRecipient,
)
from editorial.record.canonical_json import JSONDict
from editorial.record.sweeps import SubjectLockedError, Sweep, sweep
from editorial.sql_files import statement
from reviews.models import Letter, ReminderOutcome, Review
from reviews.reminders.subjects_sql import FIRST, SUBJECTS, query_parameters

BATCH = 500
"""Subjects that one worker takes at a time."""

WEEK, WORKED = 7, 5

LOCK = "FOR NO KEY UPDATE OF s SKIP LOCKED"
"""Another worker takes what is locked, and what someone is changing waits for the next run."""

MODELS: Mapping[Moment, type[Model]] = {
    **dict.fromkeys(OF_REVIEWS, Review),
    **dict.fromkeys(OF_VERSIONS, Version),
    **dict.fromkeys(OF_MEMBERS, BoardMember),
    **dict.fromkeys(OF_REPORTS, Report),
}
"""The model of the subjects at each moment."""

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
    with sweep(SweepTask.TAKE_RUNGS, now=now) as run:
        due = {one.rung.pk: DueRung(policy_rung=one, policy=policy, run=run, now=now) for one in policy_rungs(policy)}
        return sum(run.each(Rung, due, lambda pk: due[pk].take(), has_transactions=True))


@dataclass(frozen=True, kw_only=True)
class DueRung:
    """A rung in one run of the sweep."""

    policy_rung: PolicyRung
    policy: EditorialPolicy
    run: Sweep
    now: datetime

    @property
    def model(self) -> type[Model]:
        """The model of its subjects."""
        return MODELS[Moment(self.policy_rung.rung.moment)]

    def take(self) -> int:
        """Take the rung in batches from the earliest date on, each in its own transaction. Returns how many."""
        taken, place = 0, (FIRST, 0)
        while batch := self._take_batch(place):
            count, place = batch
            taken += count
        self._note_locked()
        return taken

    def _take_batch(self, place: tuple[datetime, int]) -> tuple[int, tuple[datetime, int]] | None:
        """Take the next batch after ``place``. Returns how many were taken, and the new place; None if none is due.

        When a batch fails, each of its subjects is taken by itself.
        """
        batch = self.run.together(lambda: self._take_due(place=place))
        if not batch:
            due = self._due(place=place)
            taken = sum(self.run.each(self.model, [row[0] for row in due], self._take_one))
            batch = [(taken, due)]
        [(taken, due)] = batch
        return (taken, (due[-1][1], due[-1][0])) if due else None

    def _take_one(self, subject: int) -> int:
        return self._take_due(subjects=[subject])[0]

    def _take_due(self, **which: Any) -> tuple[int, list[tuple[Any, ...]]]:
        """Take the rung for due subjects that are not locked and do not rest. Returns how many, and all of them."""
        due = self._due(lock=LOCK, **which)
        free = [row for row in due if not self.run.rests(self.model, row[0])]
        return _take(self.policy_rung, free, now=self.now) if free else 0, due

    def _due(
        self, *, place: tuple[datetime, int] = (FIRST, 0), subjects: Sequence[int] | None = None, lock: str = ""
    ) -> list[tuple[Any, ...]]:
        rung = self.policy_rung.rung
        last = working_days.last_day_due(working_days.site_day(self.now), rung.offset, rung.unit)
        parameters = query_parameters(
            self.policy,
            now=self.now,
            identity=rung.identity,
            later=list(self.policy_rung.later),
            subjects=subjects,
            anchor=place[0],
            id=place[1],
            before=working_days.end_of_day(last),
            limit=BATCH,
        )
        with connection.cursor() as cursor:
            cursor.execute(f"{SUBJECTS[Moment(rung.moment)]} {lock}", parameters)
            return cursor.fetchall()

    def _note_locked(self) -> None:
        """Record a failure of each subject that is still due, because its row was locked."""
        for subject, *_ in self._due():
            if not (self.run.rests(self.model, subject) or self.run.has_failed(self.model, subject)):
                self.run.fail(self.model, subject, SubjectLockedError())


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
