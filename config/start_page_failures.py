"""The list of records that could not be processed, on the start page of editors."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Model

from articles.models import Article, Version
from config.start_page_lists import StartPageItem, StartPageList, build_list, limited
from editorial.admin.formatting import address, moment
from editorial.admin.sweep_failures import cause_chip
from editorial.models import SweepFailure
from editorial.models.reminder_ladder import Moment
from reviews.models import Reminder, Review
from reviews.reminders.due import MODELS

Place = tuple[str, int]
"""A record: the label of its model, and its id."""


def unprocessed(now: datetime) -> Iterator[StartPageList]:
    """Yield the subjects of sweeps that fail, if there are any, those that have failed for longest first."""
    failures = SweepFailure.objects.persistent()
    rows = list(limited(failures.order_by("first_failed_at", "pk")))
    if rows:
        count, titled = failures.count(), _titled(rows)
        yield build_list(
            f"{count} record{'s' if count > 1 else ''} could not be processed",
            rows,
            lambda row: _item(row, titled, now=now),
            empty="",
            model=SweepFailure,
        )


def _item(row: SweepFailure, titled: Mapping[Place, tuple[str, Model]], *, now: datetime) -> StartPageItem:
    other = f"{str(row.model._meta.verbose_name).capitalize()} {row.subject_id}"
    title, record = titled.get((row.subject_type, row.subject_id), (other, row))
    next_try = f"next try {moment(row.next_try_at)}" if row.rests(at=now) else "next try within minutes"
    note = f"Could not {row.get_task_display()}, since {moment(row.first_failed_at)}; {next_try}"
    return StartPageItem(title, address(record), cause_chip(row), note)


def _titled(rows: Sequence[SweepFailure]) -> dict[Place, tuple[str, Model]]:
    """Return title and page of the subjects that belong to an article. Four queries, however many there are."""
    ids: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        ids[row.subject_type].add(row.subject_id)
    subjects = _subjects_of_reminders(ids["reviews.reminder"])
    for label, pk in subjects.values():
        ids[label].add(pk)
    versions = Version.objects.filter(pk__in=ids["articles.version"])
    reviews = Review.objects.filter(pk__in=ids["reviews.review"]).select_related("version")
    articles = Article.objects.filter(pk__in=ids["articles.article"])
    titled: dict[Place, tuple[str, Model]] = {
        **{("articles.version", one.pk): (one.question, one) for one in versions},
        **{("reviews.review", one.pk): (one.version.question, one) for one in reviews},
        **{("articles.article", one.pk): (str(one), one) for one in articles},
    }
    return titled | {place: titled[subject] for place, subject in subjects.items()}


def _subjects_of_reminders(ids: set[int]) -> dict[Place, Place]:
    """Return the review or version of each reminder: only those have consequences."""
    reminders = Reminder.objects.filter(pk__in=ids)
    return {
        ("reviews.reminder", one.pk): (MODELS[Moment(one.moment)]._meta.label_lower, one.subject) for one in reminders
    }
