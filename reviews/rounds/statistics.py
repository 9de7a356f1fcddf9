"""Figures on how reviewing goes: time in each state, reviews by member, what is overdue, what lapses soon.

None of them tells how anybody voted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Q
from django.utils import timezone

from articles.lifecycle import State
from articles.models import Version
from editorial.models import BoardMember
from reviews.lifecycle import OPEN
from reviews.lifecycle import State as ReviewState
from reviews.models import Review

PAST = timedelta(days=365)
"""Figures look back a year."""

LAPSING = timedelta(days=90)

MOST = 200
"""Rows of one table."""

STATE_TIMES = """
WITH spells AS (
    SELECT state, state_changed_at AS began,
           lead(state_changed_at) OVER (PARTITION BY id ORDER BY state_changed_at, first_row) AS ended
    FROM (SELECT id, state, state_changed_at, min(history_id) AS first_row FROM articles_historicalversion
          GROUP BY id, state, state_changed_at) AS states
)
SELECT state, count(ended), count(*) FILTER (WHERE ended IS NULL),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended - began) / 86400.0)
FROM spells WHERE state <> 'superseded' AND (ended IS NULL OR ended >= %(since)s) GROUP BY state
"""
"""Each stay in a state begins with the first history row that has it and ends with the next one's, however long ago it
began: a stay counts by when it ended."""


@dataclass(frozen=True)
class Bar:
    """One row of a table with a bar: its length in percent of the longest."""

    label: str
    cells: Sequence[object]
    percent: int


@dataclass(frozen=True)
class Table:
    """One table; the bar of a row shows the first cell after its label. ``name`` is its address."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Bar]
    empty: str


def tables(*, at: datetime) -> list[Table]:
    """All tables. Four queries, whatever there is."""
    return [state_times(at=at), by_member(at=at), overdue(at=at), lapsing(at=at)]


def _bars(rows: Sequence[tuple[str, float, Sequence[object]]]) -> list[Bar]:
    longest = max((length for _, length, _ in rows), default=0)
    return [Bar(label, cells, round(100 * length / longest) if longest else 0) for label, length, cells in rows]


def state_times(*, at: datetime) -> Table:
    """Median days that versions stayed in each state, of the stays that ended within the last year."""
    with connection.cursor() as cursor:
        cursor.execute(STATE_TIMES, {"since": at - PAST})
        found = {state: (ended, still, median) for state, ended, still, median in cursor.fetchall()}
    rows = [
        (state.label.capitalize(), float(median or 0), [f"{median:.1f}" if median is not None else "-", ended, still])
        for state in State
        for ended, still, median in [found.get(state, (0, 0, None))]
        if state in found
    ]
    columns = ("State", "Median days", "Stays ended", "There now")
    return Table("states", "Time in each state, last 12 months", columns, _bars(rows), "Nothing has happened yet.")


def by_member(*, at: datetime) -> Table:
    """Reviews of each member in office: open ones, those signed and those turned down within the last year."""
    year = Q(reviews__state_changed_at__gte=at - PAST)
    left = Q(reviews__state__in=[ReviewState.DECLINED, ReviewState.RECUSED, ReviewState.LAPSED])
    members = BoardMember.objects.select_related("user").annotate(
        signed=Count("reviews", filter=year & Q(reviews__state=ReviewState.SIGNED)),
        open=Count("reviews", filter=Q(reviews__state__in=OPEN)),
        left=Count("reviews", filter=year & left),
    )
    asked = members.filter(Q(signed__gt=0) | Q(open__gt=0) | Q(left__gt=0))
    ordered = asked.order_by("-signed", "-open", "user__last_name", "pk")[:MOST]
    rows = [(str(one.user), one.signed, [one.signed, one.open, one.left]) for one in ordered]
    columns = ("Member", "Signed", "Open", "Turned down or lapsed")
    return Table("members", "Reviews by member, last 12 months", columns, _bars(rows), "Nobody was invited yet.")


def overdue(*, at: datetime) -> Table:
    """Open reviews past the date of answer or signature, the latest first."""
    late = Review.objects.overdue(at=at).select_related("version", "member__user").order_by("due_at", "pk")[:MOST]
    days = [((at - review.expected_by).days, review) for review in late]
    days.sort(key=lambda pair: (-pair[0], pair[1].pk))
    rows = [
        (str(review.member.user), late_by, [late_by, review.get_state_display(), review.version.question])
        for late_by, review in days
    ]
    columns = ("Member", "Days late", "Review", "Question")
    return Table("overdue", "Overdue now", columns, _bars(rows), "Nobody is late.")


def lapsing(*, at: datetime) -> Table:
    """Approvals that lapse within 90 days, week by week, with how many."""
    soon = Version.objects.filter(state=State.APPROVED, valid_until__gt=at, valid_until__lte=at + LAPSING)
    moments = soon.order_by("valid_until", "pk").annotate(slug=F("article__slug")).values_list("valid_until", "slug")
    weeks: dict[date, list[str]] = {}
    for moment, slug in moments:
        day = timezone.localtime(moment).date()
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(slug)
    rows = [(f"{week:%-d %b %Y}", len(slugs), [len(slugs), ", ".join(slugs)]) for week, slugs in weeks.items()]
    columns = ("Week from", "Approvals", "Articles")
    title = "Approvals that lapse within 90 days"
    return Table("lapsing", title, columns, _bars(rows), "No approval lapses soon.")
