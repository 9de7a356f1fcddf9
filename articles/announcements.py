"""Notices about articles: who receives which mail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from articles.library.retraction_notices import affected_claims, retraction_reason
from articles.library.retractions import retracted_with_checks, retraction_pairs
from articles.models import Authorship, Report, Version
from editorial.mail import notices
from editorial.models import User
from editorial.models.accounts import SYSTEM_USERNAME
from editorial.permissions import is_editor, is_system
from editorial.record.canonical_json import JSON, JSONDict, sha256_hex


@dataclass(frozen=True)
class ArticlePeople:
    """The people around an article: its writers in by-line order, the active editors, and the system user."""

    writers: Sequence[User]
    editors: Sequence[User]
    system: User


def article_people(version: Version) -> ArticlePeople:
    """Return writers, editors and the system user in one query."""
    by_line = Authorship.objects.filter(article=version.article, user=OuterRef("pk")).values("position")
    others = Q(is_editor=True, is_active=True) | Q(username=SYSTEM_USERNAME)
    users = User.objects.annotate(by_line=Subquery(by_line)).filter(Q(by_line__isnull=False) | others)
    users_in_order = list(users.order_by("by_line", "pk"))  # users who are not in the by-line come last
    return ArticlePeople(
        writers=[user for user in users_in_order if user.by_line is not None],
        editors=sorted((user for user in users_in_order if is_editor(user)), key=lambda user: user.pk),
        system=next((user for user in users_in_order if is_system(user)), None) or User.objects.system(),
    )


def editors() -> list[User]:
    return list(User.objects.filter(is_editor=True, is_active=True).order_by("pk"))


def writers(version: Version) -> list[User]:
    return list(User.objects.filter(authorships__article=version.article).order_by("authorships__position", "pk"))


def announce(version: Version, kind: str, *, to: Iterable[User], by: User, now: datetime, **context: JSON) -> None:
    """Queue a notice of ``kind`` about this state of ``version`` to everyone in ``to`` except ``by``."""
    notices.owe(
        kind=kind,
        recipients=[user for user in dict.fromkeys(to) if user != by],
        subject=version.subject,
        occasion=str(version.revision),
        context={**version_context(version), "by": str(by), "reason": version.state_reason, **context},
        now=now,
    )


def announce_report(report: Report, *, now: datetime) -> None:
    """Queue a notice to the editors that a reader reports a problem: at most one per article and day."""
    notices.owe(
        kind="report_received",
        recipients=editors(),
        subject=f"article:{report.article_id}",
        occasion=f"reports:{now.date()}",
        context={**version_context(report.version), "path": report_path(report)},
        now=now,
    )


def announce_upheld(report: Report, *, by: User, now: datetime) -> None:
    """Queue a notice to writers and editors, except ``by``, that a report was upheld, with the reason."""
    version = report.version
    notices.owe(
        kind="report_upheld",
        recipients=[user for user in dict.fromkeys([*writers(version), *editors()]) if user != by],
        subject=report.subject,
        occasion="upheld",
        context={**version_context(version), "by": str(by), "reason": report.triage.reason},
        now=now,
    )


def report_path(report: Report) -> str:
    return reverse("admin:articles_report_change", args=[report.pk])


def version_context(version: Version) -> JSONDict:
    """Return the context that every notice about a version has."""
    return {
        "question": version.question,
        "number": version.number,
        "path": reverse("admin:articles_version_change", args=[version.pk]),
    }


def warn_of_retraction(version: Version, *, to: Iterable[User], now: datetime, path: str = "") -> None:
    """Queue one notice to everyone in ``to`` that ``version``, which is in review, cites retracted works.

    A further retraction queues another notice; other changes of the version do not. The notice links to the version, or
    to ``path``.
    """
    citations, checks = retracted_with_checks(version)
    notices.owe(
        kind="work_retracted_in_review",
        recipients=list(dict.fromkeys(to)),
        subject=version.subject,
        occasion=sha256_hex(sorted(retraction_pairs(checks)))[:16],
        context={
            **version_context(version),
            "reason": retraction_reason(citations, checks),
            **affected_claims(version, list(checks)),
            **({"path": path} if path else {}),
        },
        now=now,
    )
