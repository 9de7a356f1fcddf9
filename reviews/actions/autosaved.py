"""Comments and verdicts from the review desk, stored once however often they are sent."""

from datetime import datetime

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
    *,
    review_id: int,
    key: str,
    claim_id: int,
    reference_id: int,
    verdict: str,
    locator: str,
    quote: str,
    note: str,
    by: User,
    now: datetime,
    seen: datetime | None,
) -> ClaimCheck:
    """As ``check_claim``, and delete the autosaved text of the form ``key``.

    ``seen`` is the time of the verdict shown on the page, or None. Raises PreconditionFailed if a different verdict was
    given meanwhile in another tab; otherwise as ``check_claim`` does.
    """
    review = lock_for(review_id, by=by)
    checks = ClaimCheck.objects.filter(review=review, review__member__user=by)
    present = checks.filter(claim=claim_id, reference=reference_id).first()
    content = {"verdict": verdict, "locator": locator, "quote": quote, "note": note}
    if present and all(getattr(present, name) == value for name, value in content.items()):
        check = present
    elif present and present.checked_at != seen:
        raise PreconditionFailed("Another verdict was given here meanwhile, in another tab or on another device.")
    else:
        check = check_claim(
            review_id=review_id,
            claim_id=claim_id,
            reference_id=reference_id,
            verdict=verdict,
            by=by,
            now=now,
            locator=locator,
            quote=quote,
            note=note,
        )
    autosave.forget_form(review, form=key, by=by)
    return check
