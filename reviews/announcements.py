"""Who is told what about a review, by mail. No notice says how anybody voted."""

from collections.abc import Iterable
from datetime import datetime

from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone

from articles.announcements import about
from editorial import notices
from editorial.models import User
from reviews.lifecycle import State
from reviews.models import Comment, Review, Ruling


def announce(
    review: Review,
    kind: str,
    *,
    to: Iterable[User],
    by: User,
    now: datetime,
    occasion: str = "",
    reason: str = "",
) -> list[int]:
    """Owe everybody in ``to`` but ``by`` a notice of ``kind`` about this state of ``review``, or on ``occasion``.

    Returns the ids of the new notices.
    """
    return notices.owe(
        kind=kind,
        recipients=[user for user in to if user != by],
        subject=review.subject,
        occasion=occasion or str(review.revision),
        context={
            **about(review.version),
            "path": admin_path(review),
            "member": str(review.member.user),
            "message": review.message,
            "reason": reason or review.state_reason,
            "is_invited": review.state == State.INVITED,
            "respond_by": _day(review.respond_by),
            "due": _day(review.due_at),
        },
        now=now,
    )


def announce_ruling(ruling: Ruling, *, to: Iterable[User], by: User, now: datetime) -> None:
    """Owe everybody in ``to`` but ``by`` a notice that an editor let a claim stand against a verdict."""
    check = ruling.claim_check
    notices.owe(
        kind="verdict_ruled_on",
        recipients=[user for user in dict.fromkeys(to) if user != by],
        subject=check.review.subject,
        occasion=f"ruling:{ruling.pk}",
        context={
            **about(check.review.version),
            "path": reverse("admin:reviews_claimcheck_change", args=[check.pk]),
            "by": str(by),
            "claim": check.claim.text,
            "work": check.reference.title,
            "verdict": check.get_verdict_display(),
            "reason": ruling.reason,
        },
        now=now,
    )


def announce_answers(comment: Comment, *, by: User, now: datetime) -> None:
    """Owe who made ``comment`` a notice that the writers answer; one a day and review, however much they write."""
    notices.owe(
        kind="comment_answered",
        recipients=[comment.author],
        subject=comment.review.subject,
        occasion=f"answers:{now.date()}",
        context={**about(comment.version), "path": admin_path(comment.review), "by": str(by)},
        now=now,
    )


def admin_path(review: Review) -> str:
    """Where its member and the editors find ``review``."""
    return reverse("admin:reviews_review_change", args=[review.pk])


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "l, j F Y")
