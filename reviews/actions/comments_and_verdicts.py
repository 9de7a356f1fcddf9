"""Comments and verdicts on claims in a review."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from articles.actions.approval import require_reason
from articles.models import Claim, Rendition
from articles.text.quotations import quotes
from editorial.exceptions import Fault, InvalidTransition, NotFound, NotPermitted, Unacceptable
from editorial.models import User
from editorial.permissions import is_editor
from reviews.announcements import announce_ruled_comment
from reviews.lifecycle import Act, allow
from reviews.models import ClaimCheck, Comment, Resolution, Review
from reviews.permissions import cannot_resolve, require_may
from reviews.rounds.decision import decide_rounds_of
from reviews.transitions import lock, lock_for, record_in_ledger


@dataclass(frozen=True)
class Anchor:
    """What a comment is about: a claim, a quoted passage, an earlier comment, or the version as a whole.

    The version has the passage in one of its texts, word for word except for white space. It may span several claims.
    """

    claim_id: int | None = None
    quote: str = ""
    parent_id: int | None = None


WHOLE = Anchor()


@transaction.atomic
def comment(
    *,
    review_id: int,
    text: str,
    by: User,
    now: datetime,
    anchor: Anchor = WHOLE,
    proposal: str = "",
    is_blocking: bool = False,
) -> Comment:
    """Add a comment to the member's own open review. Nobody else can read it before the review is signed.

    ``proposal`` is new wording to replace the passage or claim.

    Raises NotPermitted, InvalidTransition, and Unacceptable when the anchor is not part of the version under review, or
    when wording is proposed without a passage or claim.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.COMMENT, review)
    allow(review.state, Act.COMMENT)
    claim = _load_claim(review, anchor.claim_id) if anchor.claim_id else None
    parent = _load_parent(review, anchor.parent_id, by=by) if anchor.parent_id else None
    _require_in_text(review, anchor, proposal=proposal)
    new = Comment(
        version=review.version,
        review=review,
        claim=claim,
        parent=parent,
        quote=anchor.quote,
        author=by,
        text=text,
        proposal=proposal,
        is_blocking=is_blocking,
        created_at=now,
    )
    new.record(by=by, now=now, reason="comment")
    record_in_ledger(review, action="comment", by=by, now=now, comment=new.pk, is_blocking=is_blocking)
    return new


def _require_in_text(review: Review, anchor: Anchor, *, proposal: str) -> None:
    texts = Rendition.objects.filter(version=review.version)
    texts = texts.filter(claims=anchor.claim_id) if anchor.claim_id else texts
    if anchor.quote and not any(quotes(anchor.quote, text) for text in texts):
        fault = Fault("/quote", "quote_not_found", "No text of this version has this passage, word for word.")
        raise Unacceptable("The passage is not in the text.", faults=(fault,))
    if proposal and not (anchor.quote or anchor.claim_id or anchor.parent_id):
        fault = Fault("/proposal", "nothing_to_replace", "Say which claim or passage the wording is for.")
        raise Unacceptable("The proposed wording is for nothing in particular.", faults=(fault,))


def _load_claim(review: Review, claim_id: int) -> Claim:
    claim = Claim.objects.filter(pk=claim_id, rendition__version=review.version).first()
    if claim is None:
        fault = Fault("/claim", "unknown_claim", "The version under review has no such claim.")
        raise Unacceptable("The claim is not part of this version.", faults=(fault,))
    return claim


def _load_parent(review: Review, comment_id: int, *, by: User) -> Comment:
    parent = Comment.objects.visible_to(by).filter(pk=comment_id, version=review.version).first()
    if parent is None:
        fault = Fault("/parent", "unknown_comment", "There is no such comment on this version.")
        raise Unacceptable("The comment that is answered is not there.", faults=(fault,))
    return parent


@transaction.atomic
def resolve(*, comment_id: int, by: User, now: datetime, reason: str = "") -> Comment:
    """Mark a comment as resolved. If it was the last blocking comment, this can decide the round.

    The author of the comment can withdraw it at any time. Editors can resolve it once they can see it. To resolve a
    blocking comment they must give a reason, which its author and the board can read.

    Raises NotFound, NotPermitted, InvalidTransition, and Unacceptable when a required reason is missing.
    """
    seen = Comment.objects.visible_to(by).filter(pk=comment_id).first()
    if seen is None:
        raise NotFound("There is no such comment.")
    review = lock(seen.review_id)
    current = Comment.objects.select_related("version__article", "author").get(pk=comment_id)
    if refusal := cannot_resolve(by, current):
        raise NotPermitted(refusal)
    if current.resolved_at:
        raise InvalidTransition("The comment is resolved already.")
    is_ruling = current.is_blocking and current.author_id != by.pk
    if is_ruling:
        require_reason(reason)
    mark_resolved(current, by=by, now=now, reason=reason.strip())
    record_in_ledger(
        review,
        action="resolve_comment",
        by=by,
        now=now,
        comment=current.pk,
        resolution=str(current.resolution),
        reason=current.resolution_reason,
    )
    if is_ruling:
        announce_ruled_comment(current, by=by, now=now)
    decide_rounds_of(current.version.article, now=now)
    return current


def mark_resolved(comment: Comment, *, by: User, now: datetime, reason: str = "") -> None:
    """Save who resolved ``comment``, and how: its author, an editor, or a writer who answered."""
    comment.resolved_at, comment.resolved_by, comment.resolution_reason = now, by, reason
    if comment.author_id == by.pk:
        comment.resolution = Resolution.WITHDRAWN
    else:
        comment.resolution = Resolution.RULED if is_editor(by) else Resolution.ANSWERED
    comment.record(by=by, now=now, reason=reason or "resolved")


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
    """Set the reviewer's verdict on a claim against one work cited for it. A later verdict replaces it until signing.

    The verdict is based on a place in the work, ``locator``, and on the work's own words, ``quote``.

    Raises NotPermitted, InvalidTransition, and Unacceptable for a claim or work of another version.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.CHECK_CLAIM, review)
    allow(review.state, Act.CHECK_CLAIM)
    claim = _load_claim(review, claim_id)
    if not claim.references.filter(pk=reference_id).exists():
        fault = Fault("/reference", "not_cited", "The claim does not cite this work.")
        raise Unacceptable("The work is not cited at this claim.", faults=(fault,))
    check = ClaimCheck.objects.filter(review=review, claim=claim, reference=reference_id).first()
    check = check or ClaimCheck(review=review, claim=claim, reference_id=reference_id)
    check.verdict, check.checked_at = verdict, now
    check.locator, check.quote, check.note = locator, quote, note
    return check.record(by=by, now=now, reason="checked")
