"""The subjects of each moment in SQL: which records are at it now, and the date from which its rungs are counted."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from editorial.calendar import working_days
from editorial.models import EditorialPolicy
from editorial.models.reminder_ladder import Moment
from editorial.sql_files import statement

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

SUBJECTS: Mapping[Moment, str] = {moment: statement(__package__, moment) for moment in Moment}
"""By moment, the statement that finds who or what is at it. Its table is ``s``, which may be locked."""


def query_parameters(policy: EditorialPolicy, *, now: datetime, **given: Any) -> dict[str, Any]:
    """What a statement of ``SUBJECTS`` is asked with: all subjects, for no rung, unless ``given`` says otherwise."""
    return {
        "today": working_days.site_day(now),
        "zone": settings.TIME_ZONE,
        "statements_last": policy.disclosures_last_days,
        "triage_within": policy.days_to_triage,
        "identity": None,
        "later": [],
        "subjects": None,
        "anchor": FIRST,
        "id": 0,
        "before": LAST,
        "limit": None,
        **given,
    }


def subjects_at(
    moment: Moment, subjects: Collection[int], *, policy: EditorialPolicy, now: datetime
) -> dict[int, datetime]:
    """Of ``subjects`` those that are still at ``moment``, each with the date that is counted from now."""
    with connection.cursor() as cursor:
        cursor.execute(SUBJECTS[moment], query_parameters(policy, now=now, subjects=list(subjects)))
        return {subject: anchor for subject, anchor, *_ in cursor.fetchall()}


@dataclass(frozen=True)
class DueSubject:
    """A subject, the date from which its rungs are counted, and since when it is at the moment."""

    subject: int
    anchor: datetime
    since: datetime


def subjects_between(
    moment: Moment, first: datetime, last: datetime, *, policy: EditorialPolicy, now: datetime, limit: int
) -> Iterator[DueSubject]:
    """Subjects at ``moment`` whose date is from ``first`` to before ``last``, the earliest first."""
    with connection.cursor() as cursor:
        cursor.execute(SUBJECTS[moment], query_parameters(policy, now=now, anchor=first, before=last, limit=limit))
        yield from (DueSubject(subject, anchor, since) for subject, anchor, since, *_ in cursor.fetchall())
