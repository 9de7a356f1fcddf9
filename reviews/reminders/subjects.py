"""What each moment is about, in SQL: whoever is at it now, and the date that its rungs are counted from."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from articles.lifecycle import State as VersionState
from editorial import workdays
from editorial.models import EditorialPolicy
from editorial.models.ladder import Moment
from reviews.lifecycle import LIVE
from reviews.lifecycle import State as ReviewState


@dataclass(frozen=True)
class Source:
    """Where the subjects of a moment are: table ``s``, the date that is counted from, since when, and which rows.

    ``now`` and ``today`` are parameters, ``zone`` is the site's, ``statements_last`` and ``triage_within``
    are the policy's.
    """

    table: str
    anchor: str
    since: str
    where: str


def _review(state: ReviewState, *, anchor: str) -> Source:
    present = """NOT EXISTS (SELECT FROM editorial_absence a
        WHERE a.member_id = s.member_id AND %(today)s BETWEEN a.first_day AND a.last_day)"""
    return Source("reviews_review s", f"s.{anchor}", "s.state_changed_at", f"s.state = '{state}' AND {present}")


def _version(state: VersionState, *where: str, anchor: str = "state_changed_at") -> Source:
    asked = " AND ".join([f"s.state = '{state}'", *where])
    return Source("articles_version s", f"s.{anchor}", "s.state_changed_at", asked)


LATEST = "NOT EXISTS (SELECT FROM articles_version n WHERE n.article_id = s.article_id AND n.number > s.number)"
NOBODY_INVITED = f"""NOT EXISTS (SELECT FROM reviews_review r
    WHERE r.version_id = s.id AND r.state IN ({", ".join(f"'{state}'" for state in sorted(LIVE))}))"""
UNANSWERED = """EXISTS (SELECT FROM reviews_comment c
    WHERE c.version_id = s.id AND c.parent_id IS NULL AND c.resolved_at IS NULL
      AND NOT EXISTS (SELECT FROM reviews_comment answer WHERE answer.parent_id = c.id))"""
IN_OFFICE = """s.term_from <= %(today)s AND (s.term_to IS NULL OR s.term_to >= %(today)s)
    AND EXISTS (SELECT FROM editorial_user u WHERE u.id = s.user_id AND u.is_active)"""
STATED = """editorial_boardmember s JOIN LATERAL (SELECT max(stated_at) AS at
    FROM editorial_disclosurestatement WHERE member_id = s.id) said ON said.at IS NOT NULL"""

SOURCES: Mapping[Moment, Source] = {
    Moment.ANSWER_DUE: _review(ReviewState.INVITED, anchor="respond_by"),
    Moment.REVIEW_DUE: _review(ReviewState.ACCEPTED, anchor="due_at"),
    Moment.UNASSIGNED: _version(VersionState.SUBMITTED, NOBODY_INVITED, anchor="submitted_at"),
    Moment.CHANGES_REQUESTED: _version(VersionState.CHANGES_REQUESTED, LATEST),
    Moment.COMMENT_UNANSWERED: _version(VersionState.CHANGES_REQUESTED, LATEST, UNANSWERED),
    Moment.DRAFT_UNTOUCHED: _version(VersionState.DRAFT, anchor="updated_at"),
    Moment.APPROVAL_LAPSES: _version(VersionState.APPROVED, anchor="valid_until"),
    Moment.LICENCE_EXPIRES: Source(
        "editorial_boardmember s",
        "s.licence_expires_on::timestamp AT TIME ZONE %(zone)s",
        "s.term_from::timestamp AT TIME ZONE %(zone)s",
        f"s.licence_expires_on IS NOT NULL AND {IN_OFFICE}",
    ),
    Moment.STATEMENT_EXPIRES: Source(
        STATED, "said.at + make_interval(days => %(statements_last)s)", "said.at", IN_OFFICE
    ),
    Moment.REPORT_UNTRIAGED: Source(
        "articles_report s",
        "s.received_at + make_interval(days => %(triage_within)s)",
        "s.received_at",
        "NOT EXISTS (SELECT FROM articles_triage decided WHERE decided.report_id = s.id)",
    ),
}
"""By moment, who or what is at it. A member who is away is not reminded until they are back."""


def parameters(policy: EditorialPolicy, *, now: datetime) -> dict[str, Any]:
    """What every ``Source`` is asked with."""
    return {
        "now": now,
        "today": workdays.day_of(now),
        "zone": settings.TIME_ZONE,
        "statements_last": policy.disclosures_last_days,
        "triage_within": policy.days_to_triage,
    }


def at(moment: Moment, subjects: Collection[int], *, policy: EditorialPolicy, now: datetime) -> dict[int, datetime]:
    """Of ``subjects`` those that are still at ``moment``, each with the date that is counted from now."""
    source = SOURCES[moment]
    sql = f"SELECT s.id, {source.anchor} FROM {source.table} WHERE {source.where} AND s.id = ANY(%(subjects)s)"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters(policy, now=now), "subjects": list(subjects)})
        return dict(cursor.fetchall())


@dataclass(frozen=True)
class Due:
    """A subject, the date that is counted from, and since when it is at the moment."""

    subject: int
    anchor: datetime
    since: datetime


def between(
    moment: Moment, first: datetime, last: datetime, *, policy: EditorialPolicy, now: datetime, limit: int
) -> Iterator[Due]:
    """Subjects at ``moment`` whose date is from ``first`` to before ``last``, the earliest first."""
    source = SOURCES[moment]
    sql = f"""SELECT s.id, {source.anchor}, {source.since} FROM {source.table}
        WHERE {source.where} AND {source.anchor} >= %(first)s AND {source.anchor} < %(last)s
        ORDER BY {source.anchor}, s.id LIMIT %(limit)s"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters(policy, now=now), "first": first, "last": last, "limit": limit})
        yield from (Due(*row) for row in cursor.fetchall())
