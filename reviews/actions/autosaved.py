"""Comments and verdicts from the review desk, stored once however often they are sent."""

from datetime import datetime
from typing import Any

from django.db import transaction

from editorial import autosave
from editorial.exceptions import PreconditionFailed
from editorial.models import User
from reviews.actions.comments_and_verdicts import WHOLE, Anchor, check_claim, comment
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
    """As ``comment``, and delete the autosaved text of the form ``key``.

    The same comment, sent again after a lost response or a double click, is stored once. Raises as ``comment`` does.
    """
    review = lock_for(review_id, by=by)
    same = {"claim": anchor.claim_id, "parent": anchor.parent_id, "quote": anchor.quote}
    content = {"text": text, "proposal": proposal, "is_blocking": is_blocking, "resolved_at": None}
    stored = Comment.objects.filter(review=review, author=by, **same, **content).first()
    made = stored or comment(
        review_id=review_id, text=text, by=by, now=now, anchor=anchor, proposal=proposal, is_blocking=is_blocking
    )
    autosave.forget_form(review, form=key, by=by)
    return made


@transaction.atomic
def check_once(
    *, review_id: int, key: str, by: User, now: datetime, seen: datetime | None, **verdict: Any
) -> ClaimCheck:
    """As ``check_claim``, and delete the autosaved text of the form ``key``.

    ``seen`` is the time of the verdict shown on the page, or None. Raises PreconditionFailed if a different verdict was
    given meanwhile in another tab; otherwise as ``check_claim`` does.
    """
    review = lock_for(review_id, by=by)
    place = {"claim": verdict["claim_id"], "reference": verdict["reference_id"]}
    present = ClaimCheck.objects.filter(review=review, review__member__user=by, **place).first()
    content = {name: verdict[name] for name in ("verdict", "locator", "quote", "note")}
    is_same = present is not None and all(getattr(present, name) == value for name, value in content.items())
    if present and not is_same and present.checked_at != seen:
        raise PreconditionFailed("Another verdict was given here meanwhile, in another tab or on another device.")
    check = present if present and is_same else check_claim(review_id=review_id, by=by, now=now, **verdict)
    autosave.forget_form(review, form=key, by=by)
    return check
