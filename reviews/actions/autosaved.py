"""What is sent from the desk, however often it arrives."""

from datetime import datetime
from typing import Any

from django.db import transaction

from editorial import keeping
from editorial.exceptions import PreconditionFailed
from editorial.models import User
from reviews.actions.working import WHOLE, Anchor, check_claim, comment
from reviews.models import ClaimCheck, Comment
from reviews.transitions import lock_for


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
    keeping.forget(review, form=key, by=by)
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
    keeping.forget(review, form=key, by=by)
    return given
