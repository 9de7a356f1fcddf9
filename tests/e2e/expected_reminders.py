"""Compute the expected reminders from the ladder and a calendar, independently of the sweep."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from articles.models import Authorship, Report, Version
from editorial.models import Absence, BoardMember, DisclosureStatement, User
from editorial.models.reminder_ladder import Moment, OffsetUnit, ReminderRecipient
from editorial.policy.default_reminders import LADDER, Step
from reviews.models import Comment, Reminder, Review

ZONE = ZoneInfo("Europe/Berlin")
HOLIDAYS = "DE-BE"
YEARS = range(2020, 2035)

DAYS = [date(YEARS[0], 1, 1) + timedelta(days=n) for n in range(366 * len(YEARS))]
FREE = holidays.country_holidays("DE", subdiv="BE", years=YEARS)
WORKED = [day for day in DAYS if day.weekday() < 5 and day not in FREE]

STATEMENT_LASTS = timedelta(days=365)
ONE_DAY = timedelta(days=1)

Standing = dict[Moment, dict[int, tuple[datetime, datetime]]]
"""By moment and subject: the date from which rungs are counted, and the time since when it applies."""


@cache
def falls(day: date, offset: int, unit: str) -> date:
    if unit == OffsetUnit.DAYS or not offset:
        return day + timedelta(days=offset)
    return WORKED[bisect_right(WORKED, day) + offset - 1] if offset > 0 else WORKED[bisect_left(WORKED, day) + offset]


@cache
def later(step: Step) -> list[Step]:
    day = date(2026, 6, 17)

    def place(one: Step) -> date:
        return falls(day, one.offset, one.unit)

    same = [one for one in LADDER if (one.moment, one.recipient) == (step.moment, step.recipient)]
    return [one for one in same if place(one) > place(step)]


def day_at(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def house_day(moment: datetime) -> date:
    """Return the day at the site. It begins at seven."""
    local = moment.astimezone(ZONE)
    return local.date() if local.time() >= time(7) else local.date() - ONE_DAY


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


@dataclass(frozen=True)
class Entry:
    """A rung that a sweep must take, with its outcome and recipients."""

    step: Step
    subject: int
    anchor: datetime
    outcome: str
    told: frozenset[int]


class Secretary:
    """Computes what each sweep must take, and records what was taken."""

    def __init__(self) -> None:
        self.book: dict[tuple[Step, int], dict[datetime, date]] = {}
        self.absences = list(Absence.objects.values_list("member_id", "first_day", "last_day"))
        self.members = dict(BoardMember.objects.values_list("pk", "user_id"))
        self.chairs = set(BoardMember.objects.filter(is_chair=True).values_list("user_id", flat=True))
        self.editors = set(User.objects.filter(is_editor=True).values_list("pk", flat=True))

    def standing(self, now: datetime) -> Standing:
        today = house_day(now)
        away = {member for member, first, last in self.absences if first <= today <= last}
        return {**_reviews(away), **_versions(), **_papers(), **_reports()}

    def expected(self, now: datetime) -> set[Entry]:
        """Return what a sweep at ``now`` must take, and record it."""
        today = house_day(now)
        return {
            entry
            for moment, subjects in self.standing(now).items()
            for subject, (anchor, since) in subjects.items()
            if day_at(anchor) - today < timedelta(days=100)
            for entry in self._due(moment, subject, anchor, since, today)
        }

    def _due(self, moment: Moment, subject: int, anchor: datetime, since: datetime, today: date) -> Iterator[Entry]:
        day = day_at(anchor)
        for falling, step in _latest_first(moment, day):
            taken = self.book.setdefault((step, subject), {})
            if falling > today or anchor in taken:
                continue
            over = max([house_day(since), *taken.values()])
            taken[anchor] = today
            if falling <= over:
                outcome = "passed"
            elif any(anchor in self.book.get((one, subject), {}) for one in later(step)):
                outcome = "overtaken"
            else:
                outcome = "called"
            told = self._told(step, subject, today) if outcome == "called" else ()
            yield Entry(step, subject, anchor, outcome, frozenset(told))

    def _told(self, step: Step, subject: int, today: date) -> Iterable[int]:
        if step.recipient == ReminderRecipient.EDITOR:
            return self.editors
        if step.recipient == ReminderRecipient.CHAIR:
            return self.chairs
        if step.recipient == ReminderRecipient.WRITER:
            return Authorship.objects.filter(article__versions=subject).values_list("user_id", flat=True)
        if step.moment in (Moment.ANSWER_DUE, Moment.REVIEW_DUE):
            member = BoardMember.objects.get(reviews=subject)
            is_licensed = member.licence_expires_on is not None and today <= member.licence_expires_on
            return [member.user_id] if is_licensed else []
        return [self.members[subject]]


def taken_since(last: int) -> list[Reminder]:
    """Return the stored reminders after the reminder ``last``."""
    return list(Reminder.objects.filter(pk__gt=last).select_related("rung").prefetch_related("letters"))


def as_entry(reminder: Reminder) -> Entry:
    rung = reminder.rung
    step = Step(
        Moment(rung.moment),
        rung.offset,
        OffsetUnit(rung.unit),
        ReminderRecipient(rung.recipient),
        rung.text,
        rung.consequence,
    )
    told = frozenset(letter.recipient_id for letter in reminder.letters.all())
    return Entry(step, reminder.subject, reminder.anchor, reminder.outcome, told)


@cache
def _latest_first(moment: Moment, day: date) -> list[tuple[date, Step]]:
    steps = [(falls(day, step.offset, step.unit), step) for step in LADDER if step.moment == moment]
    return sorted(steps, key=lambda one: one[0], reverse=True)


def _reviews(away: set[int]) -> Standing:
    rows = Review.objects.filter(state__in=["invited", "accepted"]).values_list(
        "pk", "member_id", "state", "respond_by", "due_at", "state_changed_at"
    )
    there = [row for row in rows if row[1] not in away]
    return {
        Moment.ANSWER_DUE: {pk: (by, since) for pk, _, state, by, _, since in there if state == "invited"},
        Moment.REVIEW_DUE: {pk: (due, since) for pk, _, state, _, due, since in there if state == "accepted"},
    }


def _versions() -> Standing:
    fields = ("pk", "article_id", "number", "submitted_at", "state_changed_at", "updated_at", "valid_until", "state")
    rows = list(Version.objects.exclude(state="superseded").values_list(*fields))
    newest: dict[int, int] = {}
    for _, article, number, *_ in rows:
        newest[article] = max(number, newest.get(article, 0))
    invited = set(
        Review.objects.filter(state__in=["invited", "accepted", "signed"]).values_list("version_id", flat=True)
    )
    asking = set(
        Comment.objects.filter(parent=None, resolved_at=None, answers=None).values_list("version_id", flat=True)
    )

    def those(state: str, anchor: int, also: Callable[[tuple], bool] = bool) -> dict[int, tuple[datetime, datetime]]:
        return {row[0]: (row[anchor], row[4]) for row in rows if row[7] == state and also(row)}

    def waits(row: tuple) -> bool:
        return row[2] == newest[row[1]]

    return {
        Moment.UNASSIGNED: those("submitted", 3, lambda row: row[0] not in invited),
        Moment.CHANGES_REQUESTED: those("changes_requested", 4, waits),
        Moment.COMMENT_UNANSWERED: those("changes_requested", 4, lambda row: waits(row) and row[0] in asking),
        Moment.DRAFT_UNTOUCHED: those("draft", 5),
        Moment.APPROVAL_LAPSES: those("approved", 6),
    }


def _papers() -> Standing:
    members = list(BoardMember.objects.values_list("pk", "licence_expires_on", "term_from"))
    said = dict(DisclosureStatement.objects.order_by("stated_at").values_list("member_id", "stated_at"))
    return {
        Moment.LICENCE_EXPIRES: {
            pk: (midnight(ends).astimezone(UTC), midnight(begun)) for pk, ends, begun in members if ends
        },
        Moment.STATEMENT_EXPIRES: {pk: (at + STATEMENT_LASTS, at) for pk, at in said.items()},
    }


def _reports() -> Standing:
    waiting = Report.objects.filter(triage=None).values_list("pk", "received_at")
    return {Moment.REPORT_UNTRIAGED: {pk: (at + timedelta(days=3), at) for pk, at in waiting}}
