"""The sweep for rungs that are due, among many open reviews, held against the same claim in raw SQL."""

import resource
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from editorial import workdays
from editorial.models import EditorialPolicy, Rung, User
from editorial.models.ladder import OF_REVIEWS, Moment, Recipient, Unit
from reviews import reminders
from reviews.demo import cast, policies
from reviews.reminders.claiming import BATCH
from reviews.reminders.subjects import SOURCES, parameters

OPEN = (10_000, 100_000, 1_000_000)
"""Reviews that are accepted and not decided."""

ONE_DUE_AMONG = 100
DAYS_AHEAD = 5
"""Working days before a review is due at which its member is told: a rung of the ladder that a policy begins with."""

MEMBERS = 300
REVIEWS_EACH = 2
"""Of each version, by different members."""

REPEATS = 3
"""The fastest of them counts: the others waited for something else."""

MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes of one ru_maxrss, see getrusage(2)
MEGABYTE = 1024 * 1024

PEOPLE = """
INSERT INTO editorial_user (id, username, first_name, last_name, email, password, is_superuser, is_staff, is_active,
                            date_joined, is_editor, is_writer, is_demo)
SELECT n, 'member-' || n, 'Member', n::text, 'member-' || n || '@example.org', '!', false, false, true,
       %(now)s, false, false, false FROM generate_series(%(first)s, %(first)s + %(members)s - 1) n;
INSERT INTO editorial_boardmember (id, user_id, credentials, specialties, capacity, term_from, is_public, is_chair,
                                   orcid, bio)
SELECT n, n, 'MD', '{}', 3, '2020-01-01', true, false, '', ''
FROM generate_series(%(first)s, %(first)s + %(members)s - 1) n;
"""

WORK = """
INSERT INTO articles_article (id, slug, risk, specialties, created_at, created_by_id)
SELECT n, 'article-' || n, 'moderate', '{}', %(since)s, %(editor)s FROM generate_series(1, %(versions)s) n;
INSERT INTO articles_version (id, article_id, number, state, question, digest, listed, revision, created_at,
                              created_by_id, updated_at, submitted_at, submitted_by_id, under_review_at,
                              state_changed_at, state_reason)
SELECT n, n, 1, 'under_review', 'Which dose is right for the patients of group ' || n || '?',
       encode(sha256(n::text::bytea), 'hex'), '{}', 1,
       %(since)s, %(editor)s, %(since)s, %(since)s, %(editor)s, %(since)s, %(since)s, ''
FROM generate_series(1, %(versions)s) n;
INSERT INTO reviews_review (id, version_id, member_id, state, revision, message, invited_at, invited_by_id, respond_by,
                            due_at, accepted_at, state_changed_at, state_reason, waiver, waived_interests)
SELECT n, (n + %(each)s - 1) / %(each)s, %(first)s + (n + n / %(members)s) %% %(members)s, 'accepted', 1, '', %(since)s,
       %(editor)s, %(since)s,
       CASE WHEN n %% %(among)s = 0 THEN %(due)s ELSE %(due)s + make_interval(days => 10 + n %% 300) END,
       %(since)s, %(since)s, '', '', '{}' FROM generate_series(1, %(reviews)s) n;
"""

RAW = """
WITH due AS (
    SELECT s.id, {anchor} AS anchor FROM {table}
    WHERE {where} AND {anchor} < %(before)s
      AND NOT EXISTS (SELECT FROM reviews_reminder r
                      WHERE r.subject = s.id AND r.identity = %(identity)s AND r.anchor = {anchor})
    ORDER BY {anchor}, s.id LIMIT %(limit)s FOR NO KEY UPDATE OF s SKIP LOCKED
), taken AS (
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
    """The claim and the whole sweep, with one review of each hundred due. On a database without accounts."""
    for count in sorted({max(int(one * scale), ONE_DUE_AMONG) for one in OPEN}):
        with transaction.atomic():
            yield _measured(count)
            transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT / MEGABYTE
    yield f"Reminders, most memory that the process ever had: {peak:.0f} MB"


def _measured(count: int) -> str:
    now = timezone.now()
    policy = _house(count, now=now)
    (raw, _), (claim, taken) = _fastest(lambda: _raw(policy, now=now), lambda: reminders.claim(now=now))
    told, sweep = _sweep(now=now)
    _, next_sweep = _sweep(now=now)
    return (
        f"Reminders, {count:,} open reviews, {taken:,} due: claimed in {claim * 1000:,.0f} ms, {claim / raw:.1f} x the "
        f"{raw * 1000:,.0f} ms of raw SQL (3 x is the bound); the sweep, for {told} people, {sweep * 1000:,.0f} ms, "
        f"the next one, with nothing new, {next_sweep * 1000:,.0f} ms"
    )


def _sweep(*, now: datetime) -> tuple[int, float]:
    """How many people are told, and the seconds that it took."""
    begun = perf_counter()
    reminders.claim(now=now)
    reminders.settle(now=now)
    told = reminders.compose(now=now)
    return told, perf_counter() - begun


def _house(count: int, *, now: datetime) -> EditorialPolicy:
    """A board with ``count`` open reviews, under a policy with the ladder that a policy begins with."""
    long_ago = now - timedelta(days=365)
    cast.raise_curtain(now=long_ago)
    editor, policy = User.objects.get(username="edith"), policies.publish(1, now=long_ago)
    due = workdays.shifted(workdays.day_of(now), DAYS_AHEAD, Unit.WORKING_DAYS)
    noon = workdays.begins(due) + timedelta(hours=5)
    when = {"now": now, "since": long_ago, "due": noon}
    counts = {"reviews": count, "versions": count // REVIEWS_EACH + 1, "each": REVIEWS_EACH, "among": ONE_DUE_AMONG}
    rows = {**when, **counts, "first": 1_001, "members": MEMBERS, "editor": editor.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # made, not acted: what guards acts is not asked
        for statement in (PEOPLE + WORK).split(";")[:-1]:
            cursor.execute(statement, rows)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE")
    return policy


def _fastest(*calls: Callable[[], int]) -> list[tuple[float, int]]:
    """Of each call the seconds that its fastest run took, and how many rungs it takes; they are put back each time."""
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
    """Every rung of the ladder, in batches of one statement each."""
    taken = 0
    for rung in policy.rungs.in_order():
        about_a_review = rung.moment in OF_REVIEWS and rung.recipient == Recipient.MEMBER
        whom = REVIEWERS if about_a_review else EDITORS
        statement = RAW.format(whom=whom, **vars(SOURCES[Moment(rung.moment)]))
        asked = {**parameters(policy, now=now), **_asked(rung, now=now)}
        with connection.cursor() as cursor:
            cursor.execute(statement, asked)
            while cursor.rowcount:
                taken += cursor.rowcount
                cursor.execute(statement, asked)
    return taken


def _asked(rung: Rung, *, now: datetime) -> dict[str, Any]:
    before = workdays.after(workdays.last_with(workdays.day_of(now), rung.offset, rung.unit))
    named = {"rung": rung.pk, "identity": rung.identity, "moment": rung.moment}
    return {**named, "before": before, "now": now, "limit": BATCH}
