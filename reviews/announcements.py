"""The notices about a review, and who receives them by mail. No notice says how a reviewer voted."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.template.defaultfilters import date as date_format
from django.urls import reverse
from django.utils import timezone

from articles.announcements import editors, version_context, writers
from articles.lifecycle import State as VersionState
from articles.models import Version
from editorial.accounts.invitations import open_invitation
from editorial.mail import notices
from editorial.models import BoardMember, User
from editorial.record.canonical_json import JSONDict, sha256_hex
from reviews.allowed_actions import missing_requirements
from reviews.desk.objections import Objection
from reviews.invitations import answer_links, calendar_files
from reviews.invitations.urls import admin_path
from reviews.lifecycle import State
from reviews.models import ClaimCheck, Comment, Lowering, LoweringOutcome, Review, Ruling
from reviews.models.unsigned_work import count_unsigned_work
from reviews.permissions import reads_text

MOVES_THE_DATE = frozenset({"review_extended", "review_cancelled", "review_closed"})
"""Notices about an accepted review that change its calendar entry."""


ASKS_TO_HAND_OVER = frozenset({"review_cancelled", "review_closed"})
"""Notices to a member whose review another person or the system ended: they ask what happens to unsigned work."""


ASKS_THE_MEMBER = frozenset({"invitation", "review_extended", "review_reminder"})
"""Notices that ask a member to accept or sign: they list what the member has to do first."""


def unsigned_words(review: Review) -> str:
    """Return what the member wrote in a review that ended unsigned, such as “2 comments”; empty for nothing."""
    return count_unsigned_work([review])[review.pk].words if review.accepted_at else ""


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
    """Notify everyone in ``to`` except ``by``: a notice of ``kind`` about this state of ``review``, or on ``occasion``.

    Returns the ids of the new notices.
    """
    return notices.owe(
        kind=kind,
        recipients=[user for user in to if user != by],
        subject=review.subject,
        occasion=occasion or str(review.revision),
        context={
            **_what_is_so(review),
            "by": str(by),
            "needed": _needed(review, now=now) if kind in ASKS_THE_MEMBER else [],
            "account": open_invitation(review.member.user) if kind in ASKS_THE_MEMBER else {},
            "reason": reason or review.state_reason,
            "unsigned": unsigned_words(review) if kind in ASKS_TO_HAND_OVER else "",
            "attachments": [calendar_files.attachment(review, now=now)]
            if kind in MOVES_THE_DATE and review.accepted_at
            else [],
        },
        now=now,
    )


def confirm_acceptance(review: Review, *, now: datetime) -> None:
    """Notify the member who accepted ``review`` of its due date, with an entry for their calendar."""
    notices.owe(
        kind="review_confirmed",
        recipients=[review.member.user],
        subject=review.subject,
        occasion=str(review.revision),
        context={**_what_is_so(review), "attachments": [calendar_files.attachment(review, now=now)]},
        now=now,
    )


def _what_is_so(review: Review) -> JSONDict:
    """Return the context of every notice about ``review``. The answer link is secret, so only its id is stored."""
    link = answer_links.newest_link(review) if review.state == State.INVITED else None
    return {
        **version_context(review.version),
        "path": admin_path(review),
        "member": str(review.member.user),
        "message": review.message,
        "is_invited": review.state == State.INVITED,
        "answer_link": link.pk if link else None,
        "respond_by": _day(review.respond_by),
        "due": _day(review.due_at),
    }


def announce_conflict(review: Review, why: Sequence[str], *, to: Iterable[User], now: datetime) -> None:
    """Notify everyone in ``to``, once for each set of reasons ``why``, that the reviewer has a conflict of interest."""
    notices.owe(
        kind="conflict_found",
        recipients=to,
        subject=review.subject,
        occasion=f"conflict:{sha256_hex(sorted(why))[:16]}",
        context={
            **_what_is_so(review),
            "why": list(why),
            "is_approved": review.version.state == VersionState.APPROVED,
            "has_signed": review.state == State.SIGNED,
        },
        now=now,
    )


def _needed(review: Review, *, now: datetime) -> list[dict[str, str]]:
    """Return what the member has to do before they can accept or sign, with the path of the page for it."""
    return [
        {"detail": one.detail, "remedy": one.remedy, "path": one.way} for one in missing_requirements(review, now=now)
    ]


def announce_empty_seat(review: Review, *, to: Iterable[User], by: User, now: datetime) -> None:
    """Notify everyone in ``to`` except ``by`` that the member of ``review`` cannot sign it.

    There is one notice for each end of term or licence. It leads to the page that cancels the review.
    """
    member = review.member
    why = member.cannot_sign(on=now.date())
    occasion = f"{why}:{member.term_to}:{member.licence_expires_on}"
    announce(review, "seat_empty", to=to, by=by, now=now, occasion=occasion, reason=why)


def announce_ruling(ruling: Ruling, *, to: Iterable[User], by: User, now: datetime) -> None:
    """Notify everyone in ``to`` except ``by`` that an editor overruled a verdict on a claim.

    The notice quotes the claim only to those who may read the text.
    """
    check = ruling.claim_check
    for user in dict.fromkeys(one for one in to if one != by):
        notices.owe(
            kind="verdict_ruled_on",
            recipients=[user],
            subject=check.review.subject,
            occasion=f"ruling:{ruling.pk}",
            context={
                **version_context(check.review.version),
                "path": reverse("admin:reviews_claimcheck_change", args=[check.pk]),
                "by": str(by),
                "claim": check.claim.text if reads_text(user, check.review.version) else "",
                "work": check.reference.plain_title,
                "verdict": check.get_verdict_display(),
                "reason": ruling.reason,
            },
            now=now,
        )


def announce_lowering(lowering: Lowering, kind: str, *, by: User, now: datetime) -> None:
    """Notify everyone in the round except ``by``: reviewers, writers, editors and chairs of the board.

    The notice of ``kind`` says what is proposed, by whom and why, and what was decided.
    """
    version = lowering.version
    reviewers = User.objects.filter(board_member__reviews__in=Review.objects.live().filter(version=version))
    chairs = User.objects.filter(board_member__in=BoardMember.objects.in_office(on=now.date()).filter(is_chair=True))
    everybody = [*reviewers.order_by("pk"), *writers(version), *editors(), *chairs.order_by("pk")]
    notices.owe(
        kind=kind,
        recipients=[user for user in dict.fromkeys(everybody) if user != by],
        subject=version.subject,
        occasion=f"lowering:{lowering.pk}",
        context={**_about_lowering(lowering), "by": str(by)},
        now=now,
    )


def ask_to_confirm(review: Review, lowering: Lowering, *, by: User, now: datetime) -> None:
    """Notify the reviewer that their signature does not count until they confirm it, and why."""
    notices.owe(
        kind="signature_to_confirm",
        recipients=[review.member.user],
        subject=review.subject,
        occasion=f"lowering:{lowering.pk}",
        context={**_about_lowering(lowering), "by": str(by), "path": admin_path(review)},
        now=now,
    )


def _about_lowering(lowering: Lowering) -> JSONDict:
    return {
        **version_context(lowering.version),
        "path": reverse("admin:reviews_lowering_change", args=[lowering.pk]),
        "less": lowering.words,
        "reason": lowering.reason,
        "proposed_by": str(lowering.proposed_by),
        "is_confirmed": lowering.outcome == LoweringOutcome.CONFIRMED,
    }


def announce_unsigned(reviews: Sequence[Review], *, now: datetime) -> None:
    """Notify the editors of objections in ``reviews``, which just ended unsigned: they still block an approval."""
    worked = [review for review in reviews if review.accepted_at]
    found = count_unsigned_work(worked) if worked else {}
    for review in worked:
        if count := found[review.pk].objections:
            notices.owe(
                kind="unsigned_objections",
                recipients=editors(),
                subject=review.subject,
                occasion=str(review.revision),
                context={
                    **version_context(review.version),
                    "member": str(review.member.user),
                    "ended": review.get_state_display(),
                    "count": count,
                },
                now=now,
            )


def announce_ruled_comment(comment: Comment, *, by: User, now: datetime) -> None:
    """Notify the author of a blocking comment and the writers that an editor ruled on it, and why."""
    how, reason = "ruled on by an editor", comment.resolution_reason
    _announce_ended(comment, how=how, reason=reason, words=comment.text, by=by, now=now)


def announce_accepted_change(objection: Objection, *, version: Version, by: User, now: datetime, reason: str) -> None:
    """Notify the author of an objection and the writers that a reviewer of ``version`` accepted the changed words."""
    said = objection.source
    words = said.text if isinstance(said, Comment) else said.get_verdict_display()
    present = (version, objection.now)
    _announce_ended(said, how="change accepted", reason=reason, words=words, present=present, by=by, now=now)


def _announce_ended(
    said: Comment | ClaimCheck,
    *,
    by: User,
    now: datetime,
    present: tuple[Version, str] | None = None,
    **context: str,
) -> None:
    """Notify the author and the writers. Quote to each what they may read: earlier and current words."""
    review, is_comment = said.review, isinstance(said, Comment)
    kind, route = (
        ("comment", "admin:reviews_comment_change") if is_comment else ("claimcheck", "admin:reviews_claimcheck_change")
    )
    quoted = (said.quote if is_comment else "") or (said.claim.text if said.claim else "")
    people = [review.member.user, *writers(review.version)]
    for user in dict.fromkeys(one for one in people if one != by):
        shows = present is not None and reads_text(user, present[0])
        notices.owe(
            kind="objection_ended",
            recipients=[user],
            subject=review.subject,
            occasion=f"{kind}:{said.pk}:{now.isoformat()}",
            context={
                **version_context(review.version),
                "path": reverse(route, args=[said.pk]),
                "by": str(by),
                "before": quoted if reads_text(user, review.version) else "",
                "present": present[1] if present and shows else "",
                **context,
            },
            now=now,
        )


def announce_answers(comment: Comment, *, by: User, now: datetime) -> None:
    """Notify the author of ``comment`` that the writers answer. Sends at most one notice a day for each review."""
    notices.owe(
        kind="comment_answered",
        recipients=[comment.author],
        subject=comment.review.subject,
        occasion=f"answers:{now.date()}",
        context={**version_context(comment.version), "path": admin_path(comment.review), "by": str(by)},
        now=now,
    )


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "l, j F Y")
