"""Who is told what about an article, by mail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from articles.models import Version
from editorial import notices
from editorial.models import User


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


def about(version: Version) -> dict[str, Any]:
    """What every notice about a version says of it."""
    return {
        "question": version.question,
        "number": version.number,
        "path": reverse("admin:articles_version_change", args=[version.pk]),
    }
