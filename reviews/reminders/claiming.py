"""Taking the rungs that are due: each once, by any number of workers at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from editorial import workdays
from editorial.models import EditorialPolicy, MailChoice, Rung
from editorial.models.ladder import OF_REVIEWS, OF_VERSIONS, Moment, Recipient, Unit
from editorial.postal import goes_out_at
from reviews.models import Letter, Outcome
from reviews.reminders.subjects import SOURCES, parameters

BATCH = 500
"""Subjects that one worker takes at a time."""

WEEK, WORKED = 7, 5

FIRST = datetime(1, 1, 1, tzinfo=UTC)

DUE = """
SELECT s.id, {anchor}, {since},
       (SELECT max(r.claimed_at) FROM reviews_reminder r WHERE r.subject = s.id AND r.identity = %(identity)s),
       EXISTS (SELECT FROM reviews_reminder r
               WHERE r.subject = s.id AND r.identity = ANY(%(later)s) AND r.anchor = {anchor})
FROM {table}
WHERE {where} AND {anchor} < %(before)s AND ({anchor}, s.id) > (%(anchor)s, %(id)s)
  AND NOT EXISTS (SELECT FROM reviews_reminder r
                  WHERE r.subject = s.id AND r.identity = %(identity)s AND r.anchor = {anchor})
ORDER BY {anchor}, s.id LIMIT %(limit)s FOR NO KEY UPDATE OF s SKIP LOCKED
"""
"""Subjects for which a rung is due and not taken: when it was taken for another date, and whether a later one was."""

TAKE = """
INSERT INTO reviews_reminder (rung_id, identity, moment, subject, anchor, outcome, claimed_at, consequence)
SELECT %(rung)s, %(identity)s, %(moment)s, due.subject, due.anchor, due.outcome, %(now)s,
       CASE due.outcome WHEN 'passed' THEN '' ELSE %(consequence)s END
FROM unnest(%(subjects)s::bigint[], %(anchors)s::timestamptz[], %(outcomes)s::text[]) AS due(subject, anchor, outcome)
ON CONFLICT DO NOTHING RETURNING id, outcome
"""

OWE = """
INSERT INTO reviews_letter (reminder_id, recipient_id, not_before)
SELECT r.id, u.id, %(now)s FROM reviews_reminder r {whom}
WHERE r.id = ANY(%(reminders)s) AND u.is_active AND u.email <> ''
ON CONFLICT DO NOTHING
"""

REVIEWER = """JOIN reviews_review s ON s.id = r.subject JOIN editorial_boardmember m ON m.id = s.member_id
    JOIN editorial_user u ON u.id = m.user_id"""
MEMBER = "JOIN editorial_boardmember m ON m.id = r.subject JOIN editorial_user u ON u.id = m.user_id"
WRITERS = "JOIN articles_authorship w ON w.article_id = s.article_id JOIN editorial_user u ON u.id = w.user_id"
EDITORS = "JOIN editorial_user u ON u.is_editor"
CHAIR = """JOIN editorial_user u ON u.id IN (SELECT user_id FROM editorial_boardmember
    WHERE is_chair AND term_from <= %(today)s AND (term_to IS NULL OR term_to >= %(today)s))
    OR u.is_editor AND NOT EXISTS (SELECT FROM editorial_boardmember WHERE is_chair)"""
"""A board without a chair has its editors told."""


def _whom(rung: Rung) -> str:
    """The joins that lead from a reminder ``r`` to the people ``u`` who are told."""
    if rung.recipient == Recipient.MEMBER:
        return REVIEWER if rung.moment in OF_REVIEWS else MEMBER
    if rung.recipient == Recipient.WRITER:
        version = "JOIN articles_version s ON s.id = r.subject"
        review = "JOIN reviews_review v ON v.id = r.subject JOIN articles_version s ON s.id = v.version_id"
        return f"{version if rung.moment in OF_VERSIONS else review} {WRITERS}"
    return EDITORS if rung.recipient == Recipient.EDITOR else CHAIR


@dataclass(frozen=True)
class Climb:
    """A rung of the policy in force, with those that come later for the same people, and since when it exists."""

    rung: Rung
    later: Sequence[UUID]
    introduced_at: datetime


def climbs(policy: EditorialPolicy) -> list[Climb]:
    """The rungs of ``policy``, those that come last first, so that of several at once only the last is told."""
    rungs = sorted(policy.rungs.in_order(), key=lambda rung: (rung.moment, -_days(rung)))
    began = _introduced(rungs)
    return [
        Climb(rung, [other.identity for other in rungs if _tells_the_same_later(other, rung)], began[rung.identity])
        for rung in rungs
    ]


def _days(rung: Rung) -> float:
    """Roughly how many days: enough to put rungs in order."""
    return rung.offset * (WEEK / WORKED if rung.unit == Unit.WORKING_DAYS else 1.0)


def _tells_the_same_later(other: Rung, rung: Rung) -> bool:
    same = (other.moment, other.recipient) == (rung.moment, rung.recipient)
    return same and other.pk != rung.pk and _days(other) > _days(rung)


def _introduced(rungs: Iterable[Rung]) -> dict[UUID, datetime]:
    """When a policy first had each rung: what was due before is not told because a rung is new."""
    published = Rung.objects.filter(identity__in=[rung.identity for rung in rungs])
    first = published.values_list("identity").annotate(first=Min("policy__in_force_from"))
    return {identity: moment or FIRST for identity, moment in first.order_by("identity")}


def claim(*, now: datetime) -> int:
    """Take every rung that is due at ``now`` and was not taken; returns how many were.

    Safe to run any number of times and at once: a rung is a row, unique for its subject and date.
    """
    policy = EditorialPolicy.objects.in_force(at=now)
    if policy is None:
        return 0
    return sum(_take_all(one, policy=policy, now=now) for one in climbs(policy))


def _take_all(one: Climb, *, policy: EditorialPolicy, now: datetime) -> int:
    """In batches, each in a transaction of its own, from the earliest date on."""
    taken, place = 0, (FIRST, 0)
    while True:
        with transaction.atomic():
            due = _due(one, policy=policy, place=place, now=now)
            if not due:
                return taken
            taken += _take(one, due, now=now)
        place = due[-1][1], due[-1][0]


def _due(one: Climb, *, policy: EditorialPolicy, place: tuple[datetime, int], now: datetime) -> list[tuple[Any, ...]]:
    rung = one.rung
    last = workdays.last_with(workdays.day_of(now), rung.offset, rung.unit)
    asked: dict[str, Any] = {
        "identity": rung.identity,
        "later": list(one.later),
        "before": workdays.after(last),
        "limit": BATCH,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            DUE.format(**vars(SOURCES[Moment(rung.moment)])),
            {**parameters(policy, now=now), **asked, "anchor": place[0], "id": place[1]},
        )
        return cursor.fetchall()


def _take(one: Climb, due: Sequence[tuple[Any, ...]], *, now: datetime) -> int:
    rung = one.rung
    outcomes = [_outcome(one, *row) for row in due]
    rows: dict[str, Any] = {
        "subjects": [row[0] for row in due],
        "anchors": [row[1] for row in due],
        "outcomes": outcomes,
    }
    about: dict[str, Any] = {
        "rung": rung.pk,
        "identity": rung.identity,
        "moment": rung.moment,
        "consequence": rung.consequence,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {**rows, **about, "now": now})
        taken = cursor.fetchall()
        told = [pk for pk, outcome in taken if outcome == Outcome.CALLED]
        cursor.execute(OWE.format(whom=_whom(rung)), {"reminders": told, "now": now, "today": workdays.day_of(now)})
    if not rung.is_escalation:
        _put_off(told, now=now)
    return len(taken)


def _put_off(reminders: Sequence[int], *, now: datetime) -> None:
    """Let the letters of ``reminders`` wait for the hour that their recipients chose."""
    letters = Letter.objects.filter(reminder__in=reminders)
    for choice in MailChoice.objects.filter(user__in=letters.values("recipient")):
        letters.filter(recipient=choice.user_id).update(not_before=goes_out_at(choice, now))


def _outcome(
    one: Climb,
    _subject: int,
    anchor: datetime,
    since: datetime,
    taken_before: datetime | None,
    is_overtaken: bool,  # noqa: FBT001
) -> Outcome:
    """A rung whose day was over before its subject, the rung or its last telling came into being, tells nobody."""
    day = falls_on(one.rung, anchor)
    if day <= workdays.day_of(max(since, one.introduced_at)) or (taken_before and day <= workdays.day_of(taken_before)):
        return Outcome.PASSED
    return Outcome.OVERTAKEN if is_overtaken else Outcome.CALLED


def falls_on(rung: Rung, anchor: datetime) -> date:
    """The day on which ``rung`` is taken for a subject with the date ``anchor``."""
    return workdays.shifted(timezone.localtime(anchor).date(), rung.offset, rung.unit)
