"""Who is told what about a review, by mail. No notice says how anybody voted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone

from articles.announcements import about
from editorial import notices
from editorial.models import User
from reviews import answer_links, calendars
from reviews.lifecycle import State
from reviews.models import Comment, Review, Ruling
from reviews.places import admin_path

MOVES_THE_DATE = frozenset({"review_extended", "review_cancelled", "review_closed"})
"""What a calendar has to hear of a review that was accepted."""


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
            **_what_is_so(review),
            "reason": reason or review.state_reason,
            "attachments": [calendars.attachment(review, now=now)]
            if kind in MOVES_THE_DATE and review.accepted_at
            else [],
        },
        now=now,
    )


def confirm(review: Review, *, now: datetime) -> None:
    """Owe the member who has accepted ``review`` the word until when it is due, with an entry for their calendar."""
    notices.owe(
        kind="review_confirmed",
        recipients=[review.member.user],
        subject=review.subject,
        occasion=str(review.revision),
        context={**_what_is_so(review), "attachments": [calendars.attachment(review, now=now)]},
        now=now,
    )


def _what_is_so(review: Review) -> dict[str, Any]:
    """What every notice about ``review`` says of it. The link to answer by is named, not written out: it is secret."""
    link = answer_links.newest(review) if review.state == State.INVITED else None
    return {
        **about(review.version),
        "path": admin_path(review),
        "member": str(review.member.user),
        "message": review.message,
        "is_invited": review.state == State.INVITED,
        "answer_link": link.pk if link else None,
        "respond_by": _day(review.respond_by),
        "due": _day(review.due_at),
    }


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


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "l, j F Y")
