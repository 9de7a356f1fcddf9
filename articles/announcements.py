"""Who is told what about an article, by mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from articles.models import Authorship, Report, Version
from articles.retraction_wording import touched, why
from articles.retractions import grounds, retracted
from editorial import notices
from editorial.canonical import sha256_hex
from editorial.models import User
from editorial.models.people import SYSTEM_USERNAME
from editorial.permissions import is_editor, is_system


@dataclass(frozen=True)
class People:
    """Who has to do with an article: its writers in their order, the active editors, and the house itself."""

    writers: Sequence[User]
    editors: Sequence[User]
    system: User


def people(version: Version) -> People:
    """Everybody at once: one query."""
    by_line = Authorship.objects.filter(article=version.article, user=OuterRef("pk")).values("position")
    others = Q(is_editor=True, is_active=True) | Q(username=SYSTEM_USERNAME)
    users = User.objects.annotate(by_line=Subquery(by_line)).filter(Q(by_line__isnull=False) | others)
    found = list(users.order_by("by_line", "pk"))  # those without a place in the by-line come last
    return People(
        writers=[user for user in found if user.by_line is not None],
        editors=sorted((user for user in found if is_editor(user)), key=lambda user: user.pk),
        system=next((user for user in found if is_system(user)), None) or User.objects.system(),
    )


def editors() -> list[User]:
    return list(User.objects.filter(is_editor=True, is_active=True).order_by("pk"))


def writers(version: Version) -> list[User]:
    return list(User.objects.filter(authorships__article=version.article).order_by("authorships__position", "pk"))


def announce(version: Version, kind: str, *, to: Iterable[User], by: User, now: datetime, **context: Any) -> None:
    """Owe everybody in ``to`` but ``by`` a notice of ``kind`` about this state of ``version``."""
    notices.owe(
        kind=kind,
        recipients=[user for user in dict.fromkeys(to) if user != by],
        subject=version.subject,
        occasion=str(version.revision),
        context={**about(version), "by": str(by), "reason": version.state_reason, **context},
        now=now,
    )


def announce_report(report: Report, *, now: datetime) -> None:
    """Owe the editors a notice that a reader reports a problem: one a day and article, however many do."""
    notices.owe(
        kind="report_received",
        recipients=editors(),
        subject=f"article:{report.article_id}",
        occasion=f"reports:{now.date()}",
        context={**about(report.version), "path": report_path(report)},
        now=now,
    )


def announce_upheld(report: Report, *, by: User, now: datetime) -> None:
    """Owe writers and editors, but ``by``, a notice that a reader's report was found to be right, and why."""
    version = report.version
    notices.owe(
        kind="report_upheld",
        recipients=[user for user in dict.fromkeys([*writers(version), *editors()]) if user != by],
        subject=report.subject,
        occasion="upheld",
        context={**about(version), "by": str(by), "reason": report.triage.reason},
        now=now,
    )


def report_path(report: Report) -> str:
    return reverse("admin:articles_report_change", args=[report.pk])


def about(version: Version) -> dict[str, Any]:
    """What every notice about a version says of it."""
    return {
        "question": version.question,
        "number": version.number,
        "path": reverse("admin:articles_version_change", args=[version.pk]),
    }


def warn_of_retraction(version: Version, *, to: Iterable[User], now: datetime, **context: Any) -> None:
    """Owe everybody in ``to`` one notice that ``version``, which is in review, cites works that were retracted.

    Another retraction is another occasion; whatever else happens to the version is none.
    """
    citations, found = retracted(version)
    notices.owe(
        kind="work_retracted_in_review",
        recipients=list(dict.fromkeys(to)),
        subject=version.subject,
        occasion=sha256_hex(sorted(grounds(found)))[:16],
        context={**about(version), "reason": why(citations, found), **touched(version, list(found)), **context},
        now=now,
    )
