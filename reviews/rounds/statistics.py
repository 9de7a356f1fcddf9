"""Statistics on reviewing: time in each state, reviews by member, overdue reviews, approvals that lapse soon.

None of them shows anyone's vote.
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
from editorial.sql_files import statement
from reviews.lifecycle import OPEN
from reviews.lifecycle import State as ReviewState
from reviews.models import Review

LOOK_BACK = timedelta(days=365)
"""Statistics cover the last year."""

LAPSING = timedelta(days=90)

MAX_ROWS = 200
"""Maximum number of rows in a table."""

STATE_TIMES = statement(__package__, "state_times")


@dataclass(frozen=True)
class Bar:
    """A table row with a bar: its length in percent of the longest."""

    label: str
    cells: Sequence[object]
    percent: int


@dataclass(frozen=True)
class Table:
    """A table. The bar of a row shows its first cell after the label. ``name`` is used in the URL."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Bar]
    empty: str


def tables(*, at: datetime) -> list[Table]:
    """Return all tables. Four queries."""
    return [state_times(at=at), by_member(at=at), overdue(at=at), lapsing(at=at)]


def _bars(rows: Sequence[tuple[str, float, Sequence[object]]]) -> list[Bar]:
    longest = max((length for _, length, _ in rows), default=0)
    return [Bar(label, cells, round(100 * length / longest) if longest else 0) for label, length, cells in rows]


def state_times(*, at: datetime) -> Table:
    """Return the median days in each state, over stays that ended within the last year."""
    with connection.cursor() as cursor:
        cursor.execute(STATE_TIMES, {"since": at - LOOK_BACK})
        times = {state: (ended, still, median) for state, ended, still, median in cursor.fetchall()}
    rows = [
        (state.label.capitalize(), float(median or 0), [f"{median:.1f}" if median is not None else "-", ended, still])
        for state in State
        for ended, still, median in [times.get(state, (0, 0, None))]
        if state in times
    ]
    columns = ("State", "Median days", "Stays ended", "There now")
    return Table("states", "Time in each state, last 12 months", columns, _bars(rows), "Nothing has happened yet.")


def by_member(*, at: datetime) -> Table:
    """Return the reviews of each member: open ones, and those signed or declined within the last year."""
    year = Q(reviews__state_changed_at__gte=at - LOOK_BACK)
    left = Q(reviews__state__in=[ReviewState.DECLINED, ReviewState.RECUSED, ReviewState.LAPSED])
    members = BoardMember.objects.select_related("user").annotate(
        signed=Count("reviews", filter=year & Q(reviews__state=ReviewState.SIGNED)),
        open=Count("reviews", filter=Q(reviews__state__in=OPEN)),
        left=Count("reviews", filter=year & left),
    )
    shown = members.filter(Q(signed__gt=0) | Q(open__gt=0) | Q(left__gt=0))
    ordered = shown.order_by("-signed", "-open", "user__last_name", "pk")[:MAX_ROWS]
    rows = [(str(member.user), member.signed, [member.signed, member.open, member.left]) for member in ordered]
    columns = ("Member", "Signed", "Open", "Declined or lapsed")
    return Table(
        "members", "Reviews by member, last 12 months", columns, _bars(rows), "No member has been invited yet."
    )


def overdue(*, at: datetime) -> Table:
    """Return open reviews past their due date, the latest first."""
    late = Review.objects.overdue(at=at).select_related("version", "member__user").order_by("due_at", "pk")[:MAX_ROWS]
    days = [((at - review.expected_by).days, review) for review in late]
    days.sort(key=lambda pair: (-pair[0], pair[1].pk))
    rows = [
        (str(review.member.user), late_by, [late_by, review.get_state_display(), review.version.question])
        for late_by, review in days
    ]
    columns = ("Member", "Days late", "Review", "Question")
    return Table("overdue", "Overdue now", columns, _bars(rows), "No review is overdue.")


def lapsing(*, at: datetime) -> Table:
    """Return the number of approvals that lapse within 90 days, by week."""
    soon = Version.objects.filter(state=State.APPROVED, valid_until__gt=at, valid_until__lte=at + LAPSING)
    moments = soon.order_by("valid_until", "pk").annotate(slug=F("article__slug")).values_list("valid_until", "slug")
    weeks: dict[date, list[str]] = {}
    for moment, slug in moments:
        day = timezone.localtime(moment).date()
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append(slug)
    rows = [(f"{week:%-d %b %Y}", len(slugs), [len(slugs), ", ".join(slugs)]) for week, slugs in weeks.items()]
    columns = ("Week from", "Approvals", "Articles")
    title = "Approvals that lapse within 90 days"
    return Table("lapsing", title, columns, _bars(rows), "No approval lapses within 90 days.")
