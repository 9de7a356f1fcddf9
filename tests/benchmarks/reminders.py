"""Measure the reminder sweep with many open reviews, compared with the same claim of rows in raw SQL."""

import resource
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from editorial.calendar import working_days
from editorial.models import EditorialPolicy, Rung, User
from editorial.models.reminder_ladder import OF_REVIEWS, Moment, OffsetUnit, ReminderRecipient
from reviews import reminders
from reviews.demo import cast, policies
from reviews.reminders.due import BATCH, LOCK
from reviews.reminders.subjects_sql import SUBJECTS, query_parameters

OPEN = (10_000, 100_000, 1_000_000)
"""Numbers of accepted, open reviews."""

ONE_DUE_AMONG = 100
DAYS_AHEAD = 5
"""Working days before the due date of a review at which its member gets a reminder: a rung of the default ladder."""

MEMBERS = 300
REVIEWS_EACH = 2
"""Number of reviews of each version, by different members."""

REPEATS = 3
"""Number of runs. The fastest counts, because the others waited for something else."""

MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes of one ru_maxrss, see getrusage(2)
MEGABYTE = 1024 * 1024

PEOPLE = """
INSERT INTO editorial_user (id, username, first_name, last_name, email, password, is_superuser, is_staff, is_active,
                            date_joined, is_editor, is_writer, is_demo)
SELECT n, 'member-' || n, 'Member', n::text, 'member-' || n || '@example.org', '!', false, false, true,
       %(now)s, false, false, false FROM generate_series(%(first)s, %(first)s + %(members)s - 1) n;
INSERT INTO editorial_boardmember (id, user_id, credentials, specialties, capacity, term_from, is_public, is_chair,
                                   orcid, bio, licence_expires_on)
SELECT n, n, 'MD', '{}', 3, '2020-01-01', true, false, '', '', '2100-01-01'
FROM generate_series(%(first)s, %(first)s + %(members)s - 1) n;
"""

WORK = """
INSERT INTO articles_article (id, slug, risk, specialties, created_at, created_by_id)
SELECT n, 'article-' || n, 'moderate', '{}', %(since)s, %(editor)s FROM generate_series(1, %(versions)s) n;
INSERT INTO articles_version (id, article_id, number, state, question, digest, listed, revision, created_at,
                              created_by_id, updated_at, submitted_at, submitted_by_id, under_review_at,
                              state_changed_at, state_reason, opened_policy_id, tiers)
SELECT n, n, 1, 'under_review', 'Which dose is right for the patients of group ' || n || '?',
       encode(sha256(n::text::bytea), 'hex'), '{}', 1,
       %(since)s, %(editor)s, %(since)s, %(since)s, %(editor)s, %(since)s, %(since)s, '',
       (SELECT max(id) FROM editorial_editorialpolicy), '{moderate}'
FROM generate_series(1, %(versions)s) n;
INSERT INTO reviews_review (id, version_id, member_id, state, revision, message, invited_at, invited_by_id, respond_by,
                            due_at, accepted_at, state_changed_at, state_reason, waiver, waived_interests,
                            waived_recusals, waived_works)
SELECT n, (n + %(each)s - 1) / %(each)s, %(first)s + (n + n / %(members)s) %% %(members)s, 'accepted', 1, '', %(since)s,
       %(editor)s, %(since)s,
       CASE WHEN n %% %(among)s = 0 THEN %(due)s ELSE %(due)s + make_interval(days => 10 + n %% 300) END,
       %(since)s, %(since)s, '', '', '{}', '{}', '{}' FROM generate_series(1, %(reviews)s) n;
"""

RAW = """
WITH due AS ({due}), taken AS (
    INSERT INTO reviews_reminder (rung_id, identity, moment, subject, anchor, outcome, claimed_at, consequence)
    SELECT %(rung)s, %(identity)s, %(moment)s, id, anchor, 'called', %(now)s, '' FROM due RETURNING id, subject
)
INSERT INTO reviews_letter (reminder_id, recipient_id, not_before)
SELECT taken.id, u.id, %(now)s FROM taken {whom} WHERE u.is_active AND u.email <> ''
"""

REVIEWERS = """JOIN reviews_review v ON v.id = taken.subject JOIN editorial_boardmember m ON m.id = v.member_id
JOIN editorial_user u ON u.id = m.user_id"""
EDITORS = "JOIN editorial_user u ON u.is_editor"


def measure(*, scale: float) -> Iterator[str]:
    """Measure the claim of rows and the whole sweep, with one of a hundred reviews due.

    Needs a database without accounts.
    """
    for count in sorted({max(int(one * scale), ONE_DUE_AMONG) for one in OPEN}):
        with transaction.atomic():
            yield _measured(count)
            transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT / MEGABYTE
    yield f"Reminders, most memory that the process ever had: {peak:.0f} MB"


def _measured(count: int) -> str:
    now = timezone.now()
    policy = _house(count, now=now)
    (raw, _), (claim, taken) = _fastest(lambda: _raw(policy, now=now), lambda: reminders.take_due_rungs(now=now))
    told, sweep = _sweep(now=now)
    _, next_sweep = _sweep(now=now)
    return (
        f"Reminders, {count:,} open reviews, {taken:,} due: claimed in {claim * 1000:,.0f} ms, {claim / raw:.1f} x the "
        f"{raw * 1000:,.0f} ms of raw SQL (3 x is the bound); the sweep, for {told} people, {sweep * 1000:,.0f} ms, "
        f"the next one, with nothing new, {next_sweep * 1000:,.0f} ms"
    )


def _sweep(*, now: datetime) -> tuple[int, float]:
    """Run a sweep. Return the number of recipients and the seconds."""
    begun = perf_counter()
    reminders.take_due_rungs(now=now)
    reminders.apply_consequences(now=now)
    told = reminders.compose_mails(now=now)
    return told, perf_counter() - begun


def _house(count: int, *, now: datetime) -> EditorialPolicy:
    """Create a board with ``count`` open reviews, and a policy with the default ladder. Return the policy."""
    long_ago = now - timedelta(days=365)
    cast.create_accounts_and_terms(now=long_ago)
    editor, policy = User.objects.get(username="edith"), policies.publish_next(1, now=long_ago)
    due = working_days.shifted(working_days.site_day(now), DAYS_AHEAD, OffsetUnit.WORKING_DAYS)
    noon = working_days.sending_time(due) + timedelta(hours=5)
    when = {"now": now, "since": long_ago, "due": noon}
    counts = {"reviews": count, "versions": count // REVIEWS_EACH + 1, "each": REVIEWS_EACH, "among": ONE_DUE_AMONG}
    rows = {**when, **counts, "first": 1_001, "members": MEMBERS, "editor": editor.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # copied rows skip the triggers
        for statement in (PEOPLE + WORK).split(";")[:-1]:
            cursor.execute(statement, rows)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE")
    return policy


def _fastest(*calls: Callable[[], int]) -> list[tuple[float, int]]:
    """Return the seconds of the fastest run of each call, and the number of its rungs. Every run is rolled back."""
    runs: list[list[tuple[float, int]]] = [[] for _ in calls]
    for _ in range(REPEATS):
        for call, done in zip(calls, runs, strict=True):
            with transaction.atomic():
                begun = perf_counter()
                count = call()
                done.append((perf_counter() - begun, count))
                transaction.set_rollback(True)
    return [min(done) for done in runs]


def _raw(policy: EditorialPolicy, *, now: datetime) -> int:
    """Claim the due rows of every rung of the ladder in batches, each with one statement. Return how many."""
    taken = 0
    for rung in policy.rungs.in_order():
        about_a_review = rung.moment in OF_REVIEWS and rung.recipient == ReminderRecipient.MEMBER
        whom = REVIEWERS if about_a_review else EDITORS
        statement = RAW.format(whom=whom, due=f"{SUBJECTS[Moment(rung.moment)]} {LOCK}")
        asked = {**query_parameters(policy, now=now), **_asked(rung, now=now)}
        with connection.cursor() as cursor:
            cursor.execute(statement, asked)
            while cursor.rowcount:
                taken += cursor.rowcount
                cursor.execute(statement, asked)
    return taken


def _asked(rung: Rung, *, now: datetime) -> dict[str, Any]:
    before = working_days.end_of_day(working_days.last_day_due(working_days.site_day(now), rung.offset, rung.unit))
    named = {"rung": rung.pk, "identity": rung.identity, "moment": rung.moment}
    return {**named, "before": before, "now": now, "limit": BATCH}
