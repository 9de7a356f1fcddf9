"""The one door through which a review changes its state."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from articles import transitions as versions
from articles.permissions import wrote_in
from editorial.exceptions import OutOfSight
from editorial.models import DisclosureStatement, User
from editorial.permissions import is_system, reads_the_record
from reviews.lifecycle import Action, after
from reviews.models import Comment, Review, Signature
from reviews.permissions import is_reviewer, require_may

ENTERED = ("state", "state_changed_at", "state_reason")
"""What a review that moves is given."""

NO_SUCH = "There is no such review."


def lock(review_id: int) -> Review:
    """The review, read afresh under the lock of its article. Raises OutOfSight when there is none."""
    if not versions.lock_article(versions__reviews=review_id):
        raise OutOfSight(NO_SUCH)
    return _read().get(pk=review_id)


def _read() -> QuerySet[Review]:
    """Reviews with all that an action asks about any.

    ``stated_at`` is the member's last word on interests, ``wrote`` whether they ever wrote in the article.
    """
    newest = DisclosureStatement.objects.filter(member=OuterRef("member")).order_by("-stated_at").values("stated_at")
    rows = Review.objects.select_related("member__user", "version__article", "version__policy")
    wrote = wrote_in(OuterRef("version__article"), user=OuterRef("member__user"))
    return rows.annotate(stated_at=Subquery(newest[:1]), wrote=wrote)  # type: ignore[no-redef]


def taking_part(**version: Any) -> list[Review]:
    """Every review of a version, in their order, with what a decision asks about it. One query.

    ``blocking`` is how many of its comments keep the version from being approved, ``has_signed`` whether there is a
    signature in it, withdrawn or not.
    """
    blocking = Comment.objects.blocking().filter(review=OuterRef("pk")).order_by().values("review")
    counted = Coalesce(Subquery(blocking.annotate(times=Count("pk")).values("times")), 0)
    signed = Exists(Signature.objects.filter(review=OuterRef("pk")))
    found = _read().filter(**version).annotate(blocking=counted, has_signed=signed)  # type: ignore[no-redef]
    return list(found.order_by("pk"))


def lock_round_for(review_id: int, *, by: User) -> tuple[Review, list[Review]]:
    """As ``lock_for``, with all reviews of the version, this one among them."""
    if not versions.lock_article(versions__reviews=review_id):
        raise OutOfSight(NO_SUCH)
    reviews = taking_part(version__reviews=review_id)
    review = next(one for one in reviews if one.pk == review_id)
    for one in reviews:
        one.version = review.version
    _require_seen(review, by=by)
    return review, reviews


def lock_for(review_id: int, *, by: User) -> Review:
    """As ``lock``, for the reviewer, readers of the record and the house; others are told that it isn't there."""
    review = lock(review_id)
    _require_seen(review, by=by)
    return review


def _require_seen(review: Review, *, by: User) -> None:
    if not (is_reviewer(by, review) or is_system(by) or reads_the_record(by)):
        raise OutOfSight(NO_SUCH)


def move(review: Review, action: Action, *, by: User, now: datetime, reason: str = "", **particulars: Any) -> Review:
    """Authorise, look up, write state, history and ledger. The caller holds the article's lock.

    ``particulars`` are told to the ledger. Raises NotPermitted and InvalidTransition.
    """
    before = _enter(review, action, by=by, now=now, reason=reason)
    review.may_move = True
    try:
        record(review, by=by, now=now, reason=reason or action.label)
    finally:
        review.may_move = False
    tell(review, action=action, by=by, now=now, before=before, after=review.state, reason=reason, **particulars)
    return review


def move_all(reviews: Sequence[Review], action: Action, *, by: User, now: datetime, reason: str) -> None:
    """As ``move``, for ``reviews`` of one article at once: two statements, and one for each entry of the ledger."""
    before = [_enter(review, action, by=by, now=now, reason=reason) for review in reviews]
    for review in reviews:
        review.revision += 1
    Review.objects.record_changes(reviews, fields=[*ENTERED, "revision"], by=by, now=now, reason=reason)
    for review, state in zip(reviews, before, strict=True):
        tell(review, action=action, by=by, now=now, before=state, after=review.state, reason=reason)


def _enter(review: Review, action: Action, *, by: User, now: datetime, reason: str) -> str:
    """Authorise, look up and set the state that ``action`` leads to; returns the one before."""
    require_may(by, action, review)
    before, review.state = review.state, after(review.state, action)
    review.state_changed_at, review.state_reason = now, reason
    return before


def record(review: Review, *, by: User, now: datetime, reason: str) -> None:
    """Save ``review`` with history as its next revision."""
    review.revision += 0 if review._state.adding else 1
    review.record(by=by, now=now, reason=reason)


def tell(review: Review, *, action: str, by: User, now: datetime, **particulars: Any) -> None:
    """Write what happened in ``review`` to the ledger of its article."""
    about = {"review": review.pk, "member": review.member_id}
    versions.tell(review.version, action=f"review.{action}", by=by, now=now, **about, **particulars)
