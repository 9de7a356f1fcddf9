"""A year of a board, day by day: every reminder is sent once, to the right people, and never about decided work.

The site's clock moves from moment to moment. The year has changes to and from summer time, holidays, nights without a
worker, members who are away, late or silent, and daily mail in other time zones. ``MEMBERS=300 ARTICLES=2000`` makes
the board a large one.
"""

import os
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from editorial.models import MailChoice, Notice
from editorial.models.mail_preferences import Delivery
from editorial.models.reminder_ladder import Moment
from editorial.policy.default_reminders import LADDER
from editorial.tasks import sweep_notices
from reviews.models import Letter, Reminder, Review
from tests.e2e.expected_reminders import HOLIDAYS, ZONE, Secretary, as_entry, midnight, taken_since
from tests.e2e.world import World
from tests.support import factories
from tests.support.reminder_ladders import sweep_reminders

MEMBERS = int(os.environ.get("MEMBERS", "60"))
ARTICLES = int(os.environ.get("ARTICLES", "200"))
BEGINS = midnight(date(2026, 1, 5))
DAYS = 365

MORNING, NOON, EVENING = time(7, 5), time(12), time(19)
LATE, NIGHT = time(23, 30), time(2, 30)
CHANGED_CLOCKS = {date(2026, 3, 29), date(2026, 10, 25)}
"""Days on which 02:30 does not exist, or occurs twice."""

MISSED = {29, 30, 31, 197, 198, 199}
"""Days without a worker, two times three in a row. Every seventeenth day has none either."""

ZONES = ("Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "Europe/Berlin")


class Year:
    """Runs the site, and compares what it does with the expected reminders."""

    def __init__(self, world: World) -> None:
        self.world, self.secretary = world, Secretary()
        self.counts: Counter[tuple[str, str]] = Counter()
        self.last_reminder = self.last_mail = 0

    def sweep(self) -> None:
        now = timezone.now()
        expected = self.secretary.expected(now)
        sweep_reminders()
        taken = taken_since(self.last_reminder)
        entries = Counter(as_entry(one) for one in taken)
        assert entries == Counter(expected), (now, entries - Counter(expected), Counter(expected) - entries)
        self.last_reminder = max([self.last_reminder, *(one.pk for one in taken)])
        self.counts.update((one.moment, one.outcome) for one in taken)

    def deliver(self) -> None:
        now = timezone.now()
        standing = self.secretary.standing(now)
        mail.outbox.clear()
        sweep_notices()
        sent = list(Notice.objects.filter(sent_at=now).order_by("pk"))
        assert len(mail.outbox) == len(sent)
        assert not Notice.objects.filter(sent_at=None, dropped_at=None, not_before__lte=now).exists()
        reminders = [one for one in sent if one.kind == "reminders"]
        self.counts["all", "mails"] += len(reminders)
        assert max(Counter(one.recipient_id for one in reminders).values(), default=1) == 1
        lines = Counter({one.pk: len(one.context["lines"]) for one in reminders})
        told = Letter.objects.filter(notice__in=reminders, dropped_at=None).select_related("reminder")
        assert Counter(one.notice_id for one in told) == lines
        for letter in told:
            assert _stands(letter.reminder, standing), (now, letter.reminder)
            self.counts[letter.reminder.moment, "lines"] += 1
        for letter in Letter.objects.filter(dropped_at=now).select_related("reminder"):
            assert not _stands(letter.reminder, standing), (now, letter.reminder)
            self.counts[letter.reminder.moment, "decided by then"] += 1


def _stands(reminder: Reminder, standing: Any) -> bool:
    return standing[Moment(reminder.moment)].get(reminder.subject, (None,))[0] == reminder.anchor


@pytest.fixture
def world(db, settings) -> World:
    settings.TIME_ZONE, settings.HOLIDAYS = str(ZONE), HOLIDAYS
    factories.make_policy(rungs=LADDER, in_force_from=BEGINS - timedelta(days=1500))
    world = World(members=MEMBERS, articles=ARTICLES, begins=BEGINS)
    for n, member in enumerate(world.members[::10]):
        quiet = ["saturday", "sunday"] if n % 2 else []
        MailChoice.objects.create(
            user_id=member, delivery=Delivery.DIGEST, hour=n % 24, time_zone=ZONES[n % len(ZONES)], quiet_weekdays=quiet
        )
    return world


def test_no_rung_of_a_year_is_missed_doubled_or_told_of_what_was_decided(world, record_property):
    year = Year(world)
    for number in range(DAYS):
        day = BEGINS.date() + timedelta(days=number)
        works = number not in MISSED and number % 17

        def at(hour: time, day=day) -> time_machine.travel:
            return time_machine.travel(datetime.combine(day, hour, ZONE), tick=False)

        if day in CHANGED_CLOCKS:
            with at(NIGHT):
                year.deliver()
        with at(MORNING):
            if works:
                year.sweep()
        with at(NOON):
            world.act(timezone.now())
            if works:
                year.deliver()
        with at(EVENING):
            world.act(timezone.now())
            if works:
                year.deliver()
        if number % 7 == 0:
            with at(LATE):
                year.sweep()
                year.deliver()
    waiting = Letter.objects.filter(notice=None, dropped_at=None)
    assert not waiting.filter(not_before__lt=BEGINS + timedelta(days=DAYS - 2)).exists()
    called = Reminder.objects.filter(outcome="called")
    assert set(called.values_list("moment", flat=True)) == set(Moment)
    assert Review.objects.filter(state="lapsed").exists()
    record_property("table", _table(year.counts))


COLUMNS = ("called", "overtaken", "passed", "lines", "decided by then")


def _table(counts: Counter[tuple[str, str]]) -> str:
    head = f"{MEMBERS} members, {ARTICLES} articles, {DAYS} days, {counts['all', 'mails']:,} mails of reminders"
    rows = [("", *COLUMNS), *((moment.value, *(f"{counts[moment, name]:,}" for name in COLUMNS)) for moment in Moment)]
    return "\n".join([head, *("".join(f"{cell:>20}" for cell in row) for row in rows)])
