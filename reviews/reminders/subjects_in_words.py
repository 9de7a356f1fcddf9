"""The subject of a reminder as text, with the address of its page."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone

from articles.announcements import report_path
from articles.models import Report, Version
from editorial.models import BoardMember, Rung
from editorial.models.reminder_ladder import OF_MEMBERS, OF_REPORTS, OF_REVIEWS, OF_VERSIONS, Moment
from reviews.announcements import admin_path
from reviews.models import Review


@dataclass(frozen=True)
class Subject:
    """The values that a rung's text may use about its subject, and the path of the subject's page."""

    values: Mapping[str, str]
    path: str


def describe_subjects(subjects: Iterable[tuple[Moment, int]]) -> dict[tuple[Moment, int], Subject]:
    """Return each subject of a moment with its description. Four queries, however many there are."""
    wanted: dict[str, set[int]] = defaultdict(set)
    places = {(moment, pk): NOUNS[moment] for moment, pk in subjects}
    for (_moment, pk), noun in places.items():
        wanted[noun].add(pk)
    by_noun = {"review": _reviews(wanted["review"]), "version": _versions(wanted["version"])}
    by_noun |= {"member": _members(wanted["member"]), "report": _reports(wanted["report"])}
    return {place: by_noun[noun][place[1]] for place, noun in places.items()}


def rung_text(rung: Rung, about: Subject, *, anchor: datetime, today: datetime) -> str:
    """Return the text of ``rung`` for one subject, as it reads on the day of ``today``."""
    day, present = timezone.localtime(anchor), timezone.localtime(today).date()
    when = {"due": date_format(day, "l, j F Y"), "days": days_away((day.date() - present).days)}
    return rung.rendered({**about.values, **when})


NOUNS: Mapping[Moment, str] = {
    **dict.fromkeys(OF_REVIEWS, "review"),
    **dict.fromkeys(OF_VERSIONS, "version"),
    **dict.fromkeys(OF_MEMBERS, "member"),
    **dict.fromkeys(OF_REPORTS, "report"),
}
"""The kind of subject at each moment."""


def _reviews(ids: Iterable[int]) -> dict[int, Subject]:
    rows = Review.objects.filter(pk__in=ids).select_related("version", "member__user")
    return {
        review.pk: Subject({"about": review.version.question, "member": str(review.member.user)}, admin_path(review))
        for review in rows
    }


def _versions(ids: Iterable[int]) -> dict[int, Subject]:
    rows = Version.objects.filter(pk__in=ids)
    return {
        version.pk: Subject({"about": version.question}, reverse("admin:articles_version_change", args=[version.pk]))
        for version in rows
    }


def _members(ids: Iterable[int]) -> dict[int, Subject]:
    rows = BoardMember.objects.filter(pk__in=ids).select_related("user")
    return {
        member.pk: Subject(
            {"about": str(member.user), "member": str(member.user)},
            reverse("admin:editorial_boardmember_change", args=[member.pk]),
        )
        for member in rows
    }


def _reports(ids: Iterable[int]) -> dict[int, Subject]:
    rows = Report.objects.filter(pk__in=ids).select_related("version")
    return {report.pk: Subject({"about": report.version.question}, report_path(report)) for report in rows}


def days_away(days: int) -> str:
    """Return the distance to a day as text: “in 3 days”, “today”, “2 days ago”."""
    if days == 0:
        return "today"
    count = f"{abs(days)} day{'s' if abs(days) > 1 else ''}"
    return f"in {count}" if days > 0 else f"{count} ago"
