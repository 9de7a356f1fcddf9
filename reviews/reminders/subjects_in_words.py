"""What a reminder is about, in words, and where it is found."""

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
from editorial.models.ladder import OF_MEMBERS, OF_REPORTS, OF_REVIEWS, Moment
from reviews.announcements import admin_path
from reviews.models import Review


@dataclass(frozen=True)
class About:
    """What the words of a rung may name of its subject, and the subject's page."""

    values: Mapping[str, str]
    path: str


def named(subjects: Iterable[tuple[Moment, int]]) -> dict[tuple[Moment, int], About]:
    """Each subject of a moment with what it is about; four queries, however many there are."""
    wanted: dict[str, set[int]] = defaultdict(set)
    places = {(moment, pk): _noun(moment) for moment, pk in subjects}
    for (_moment, pk), noun in places.items():
        wanted[noun].add(pk)
    found = {"review": _reviews(wanted["review"]), "version": _versions(wanted["version"])}
    found |= {"member": _members(wanted["member"]), "report": _reports(wanted["report"])}
    return {place: found[noun][place[1]] for place, noun in places.items()}


def worded(rung: Rung, about: About, *, anchor: datetime, today: datetime) -> str:
    """The words of ``rung`` for one subject, as they read on the day of ``today``."""
    day, present = timezone.localtime(anchor), timezone.localtime(today).date()
    when = {"due": date_format(day, "l, j F Y"), "days": in_words((day.date() - present).days)}
    return rung.words({**about.values, **when})


def _noun(moment: Moment) -> str:
    nouns = {"review": OF_REVIEWS, "member": OF_MEMBERS, "report": OF_REPORTS}
    return next((noun for noun, moments in nouns.items() if moment in moments), "version")


def _reviews(ids: Iterable[int]) -> dict[int, About]:
    rows = Review.objects.filter(pk__in=ids).select_related("version", "member__user")
    return {
        one.pk: About({"about": one.version.question, "member": str(one.member.user)}, admin_path(one)) for one in rows
    }


def _versions(ids: Iterable[int]) -> dict[int, About]:
    rows = Version.objects.filter(pk__in=ids)
    return {
        one.pk: About({"about": one.question}, reverse("admin:articles_version_change", args=[one.pk])) for one in rows
    }


def _members(ids: Iterable[int]) -> dict[int, About]:
    rows = BoardMember.objects.filter(pk__in=ids).select_related("user")
    return {
        one.pk: About(
            {"about": str(one.user), "member": str(one.user)},
            reverse("admin:editorial_boardmember_change", args=[one.pk]),
        )
        for one in rows
    }


def _reports(ids: Iterable[int]) -> dict[int, About]:
    rows = Report.objects.filter(pk__in=ids).select_related("version")
    return {one.pk: About({"about": one.version.question}, report_path(one)) for one in rows}


def in_words(days: int) -> str:
    """How far away a day is: “in 3 days”, “today”, “2 days ago”."""
    if days == 0:
        return "today"
    count = f"{abs(days)} day{'s' if abs(days) > 1 else ''}"
    return f"in {count}" if days > 0 else f"{count} ago"
