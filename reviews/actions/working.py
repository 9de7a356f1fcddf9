"""Work inside a review: comments and verdicts on claims."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from articles.models import Claim
from editorial.exceptions import Fault, InvalidTransition, NotPermitted, OutOfSight, Unacceptable
from editorial.models import User
from reviews.consolidation import consolidate
from reviews.lifecycle import Act, allow
from reviews.models import ClaimCheck, Comment, Review
from reviews.permissions import may_resolve, require_may
from reviews.transitions import lock, lock_for, tell


@dataclass(frozen=True)
class Anchor:
    """What a comment is about: a claim, a quoted passage, an earlier comment, or the version as a whole."""

    claim_id: int | None = None
    quote: str = ""
    parent_id: int | None = None


@transaction.atomic
def comment(
    *, review_id: int, text: str, by: User, now: datetime, anchor: Anchor | None = None, is_blocking: bool = False
) -> Comment:
    """Add a comment to one's own open review; nobody else reads it before the review is signed.

    Raises NotPermitted, InvalidTransition, and Unacceptable when the anchor is not part of what is reviewed.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.COMMENT, review)
    allow(review.state, Act.COMMENT)
    anchor = anchor or Anchor()
    new = Comment(
        version=review.version,
        review=review,
        claim=_claim(review, anchor.claim_id) if anchor.claim_id else None,
        parent=_parent(review, anchor.parent_id, by=by) if anchor.parent_id else None,
        quote=anchor.quote,
        author=by,
        text=text,
        is_blocking=is_blocking,
        created_at=now,
    )
    new.record(by=by, now=now, reason="comment")
    tell(review, action="comment", by=by, now=now, comment=new.pk, is_blocking=is_blocking)
    return new


def _claim(review: Review, claim_id: int) -> Claim:
    claim = Claim.objects.filter(pk=claim_id, rendition__version=review.version).first()
    if claim is None:
        fault = Fault("/claim", "unknown_claim", "The version under review has no such claim.")
        raise Unacceptable("The claim is not part of this version.", faults=(fault,))
    return claim


def _parent(review: Review, comment_id: int, *, by: User) -> Comment:
    parent = Comment.objects.visible_to(by).filter(pk=comment_id, version=review.version).first()
    if parent is None:
        fault = Fault("/parent", "unknown_comment", "There is no such comment on this version.")
        raise Unacceptable("The comment that is answered is not there.", faults=(fault,))
    return parent


@transaction.atomic
def resolve(*, comment_id: int, by: User, now: datetime) -> Comment:
    """Mark a comment as resolved; the last blocking one may decide the round.

    Its author and, once they can see it, editors resolve it. Raises OutOfSight, NotPermitted, InvalidTransition.
    """
    seen = Comment.objects.visible_to(by).filter(pk=comment_id).first()
    if seen is None:
        raise OutOfSight("There is no such comment.")
    review = lock(seen.review_id)
    current = Comment.objects.get(pk=comment_id)
    if not may_resolve(by, current):
        raise NotPermitted("A comment is resolved by who made it, or by an editor.")
    if current.resolved_at:
        raise InvalidTransition("The comment is resolved already.")
    current.resolved_at, current.resolved_by = now, by
    current.record(by=by, now=now, reason="resolved")
    tell(review, action="resolve_comment", by=by, now=now, comment=current.pk)
    consolidate(review.version, now=now)
    return current


@transaction.atomic
def check_claim(
    *,
    review_id: int,
    claim_id: int,
    reference_id: int,
    verdict: str,
    by: User,
    now: datetime,
    locator: str = "",
    quote: str = "",
    note: str = "",
) -> ClaimCheck:
    """Set one's verdict on a claim against one work cited at it; a later one replaces it until signing.

    ``locator`` says where in the work, ``quote`` in its own words, what the verdict stands on.

    Raises NotPermitted, InvalidTransition, and Unacceptable for a claim or work of another version.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.CHECK_CLAIM, review)
    allow(review.state, Act.CHECK_CLAIM)
    claim = _claim(review, claim_id)
    if not claim.references.filter(pk=reference_id).exists():
        fault = Fault("/reference", "not_cited", "The claim does not cite this work.")
        raise Unacceptable("The work is not cited at this claim.", faults=(fault,))
    check = ClaimCheck.objects.filter(review=review, claim=claim, reference=reference_id).first()
    check = check or ClaimCheck(review=review, claim=claim, reference_id=reference_id)
    check.verdict, check.checked_at = verdict, now
    check.locator, check.quote, check.note = locator, quote, note
    return check.record(by=by, now=now, reason="checked")
