"""What the desk keeps: everything typed, as it is typed, and what is sent from there, however often it arrives."""

from datetime import datetime
from typing import Any

from django.db import transaction

from editorial.exceptions import Fault, PreconditionFailed, Unacceptable
from editorial.models import User
from reviews.actions.working import WHOLE, Anchor, check_claim, comment
from reviews.lifecycle import Act, allow
from reviews.models import ClaimCheck, Comment, DeskDraft, Review
from reviews.permissions import require_may
from reviews.transitions import lock_for

MAX_TYPED = 120_000
"""Characters of one form that are kept: five fields as long as they may be, and a little."""

MAX_DRAFTS = 1_000
"""Forms of one review that are kept at once."""


@transaction.atomic
def keep_typed(
    *, review_id: int, key: str, value: dict[str, Any], seen: datetime | None, by: User, now: datetime
) -> DeskDraft | None:
    """Keep what was typed into the form ``key``; an empty ``value`` is forgotten, and None returned.

    ``seen`` is when what the page shows was kept. Raises PreconditionFailed when something else was kept meanwhile,
    in another tab; Unacceptable for what is too much; NotPermitted and InvalidTransition as commenting does.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.COMMENT, review)
    allow(review.state, Act.COMMENT)
    _require_bounded(review, key, value)
    held = DeskDraft.objects.filter(review=review, key=key).first()
    if held and held.value == value:
        return held
    if held and held.saved_at != seen:
        raise PreconditionFailed("Something else was typed here meanwhile, in another tab or on another device.")
    if not value:
        DeskDraft.objects.filter(review=review, key=key).delete()
        return None
    held = held or DeskDraft(review=review, key=key)
    held.value, held.saved_at = value, now
    held.save()
    return held


def _require_bounded(review: Review, key: str, value: dict[str, Any]) -> None:
    size = sum(len(str(part)) for part in (*value, *value.values()))
    others = DeskDraft.objects.filter(review=review).exclude(key=key)
    if size > MAX_TYPED or (value and others.count() >= MAX_DRAFTS):
        fault = Fault("/value", "too_long", f"At most {MAX_TYPED:,} characters are kept as they are typed.")
        raise Unacceptable("This is too much to be kept as it is typed.", faults=(fault,))


@transaction.atomic
def comment_once(
    *,
    review_id: int,
    key: str,
    text: str,
    by: User,
    now: datetime,
    anchor: Anchor = WHOLE,
    proposal: str = "",
    is_blocking: bool = False,
) -> Comment:
    """As ``comment``, and forget what was typed into the form ``key``.

    The same words about the same thing, sent again because an answer was lost or a button pressed twice, are one
    comment. Raises as ``comment`` does.
    """
    review = lock_for(review_id, by=by)
    same = {"claim": anchor.claim_id, "parent": anchor.parent_id, "quote": anchor.quote}
    said = {"text": text, "proposal": proposal, "is_blocking": is_blocking, "resolved_at": None}
    kept = Comment.objects.filter(review=review, author=by, **same, **said).first()
    made = kept or comment(
        review_id=review_id, text=text, by=by, now=now, anchor=anchor, proposal=proposal, is_blocking=is_blocking
    )
    DeskDraft.objects.filter(review=review, review__member__user=by, key=key).delete()
    return made


@transaction.atomic
def check_once(
    *, review_id: int, key: str, by: User, now: datetime, seen: datetime | None, **verdict: Any
) -> ClaimCheck:
    """As ``check_claim``, and forget what was typed into the form ``key``.

    ``seen`` is when the verdict on the page was given, None for none. Raises PreconditionFailed when another was given
    meanwhile, in another tab, unless it says the same; else as ``check_claim`` does.
    """
    review = lock_for(review_id, by=by)
    place = {"claim": verdict["claim_id"], "reference": verdict["reference_id"]}
    held = ClaimCheck.objects.filter(review=review, review__member__user=by, **place).first()
    words = {name: verdict[name] for name in ("verdict", "locator", "quote", "note")}
    is_same = held is not None and all(getattr(held, name) == said for name, said in words.items())
    if held and not is_same and held.checked_at != seen:
        raise PreconditionFailed("Another verdict was given here meanwhile, in another tab or on another device.")
    given = held if held and is_same else check_claim(review_id=review_id, by=by, now=now, **verdict)
    DeskDraft.objects.filter(review=review, review__member__user=by, key=key).delete()
    return given
