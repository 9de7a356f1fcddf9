"""Locking a review, and the only functions that change its state."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from articles import transitions as versions
from articles.models import Version
from articles.permissions import has_written_expr
from editorial.accounts.persons import Accounts
from editorial.exceptions import NotFound
from editorial.models import DisclosureStatement, User
from editorial.permissions import is_system, reads_the_record
from editorial.record.canonical_json import JSON
from reviews.lifecycle import Action, after
from reviews.models import Review, Signature
from reviews.permissions import is_reviewer, require_may

STATE_FIELDS = ("state", "state_changed_at", "state_reason")
"""The fields that a transition sets."""

NO_SUCH_REVIEW = "There is no such review."


def lock(review_id: int) -> Review:
    """Return the review, loaded under the lock of its article. Raises NotFound when there is none."""
    if not versions.lock_article(versions__reviews=review_id):
        raise NotFound(NO_SUCH_REVIEW)
    return annotate_for_actions(Review.objects.all()).get(pk=review_id)


def annotate_for_actions(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Annotate ``reviews`` with everything that actions check.

    ``stated_at`` is the date of the member's last statement of interests, ``wrote`` whether they ever wrote in the
    article, ``accounts`` the ids of all accounts of the person.
    """
    newest = DisclosureStatement.objects.filter(member=OuterRef("member")).order_by("-stated_at").values("stated_at")
    rows = reviews.select_related("member__user", "version__article", "version__policy")
    wrote = has_written_expr(OuterRef("version__article"), user=OuterRef("member__user"))
    annotations = {"stated_at": Subquery(newest[:1]), "wrote": wrote, "accounts": Accounts("member__user")}
    return rows.annotate(**annotations)


def load_reviews(ids: Collection[int]) -> list[Review]:
    """Return these reviews with ``annotate_for_actions``, without a lock."""
    return list(annotate_for_actions(Review.objects.filter(pk__in=ids)).order_by("pk"))


def load_round(**version: Version | int) -> list[Review]:
    """Return all reviews of a version, ordered by id, with everything that a decision checks. One query.

    ``has_signed`` says whether the review has a signature, withdrawn or not.
    """
    signed = Exists(Signature.objects.filter(review=OuterRef("pk")))
    reviews = annotate_for_actions(Review.objects.filter(**version)).annotate(has_signed=signed)  # type: ignore[no-redef]
    return list(reviews.order_by("pk"))


def lock_round_for(review_id: int, *, by: User) -> tuple[Review, list[Review]]:
    """As ``lock_for``, but also return all reviews of the version, including this one."""
    if not versions.lock_article(versions__reviews=review_id):
        raise NotFound(NO_SUCH_REVIEW)
    reviews = load_round(version__reviews=review_id)
    review = next(other for other in reviews if other.pk == review_id)
    for other in reviews:
        other.version = review.version
    _require_visible(review, by=by)
    return review, reviews


def lock_for(review_id: int, *, by: User) -> Review:
    """As ``lock``, for the reviewer, readers of the record and the system. Raises OutOfSight for everyone else."""
    review = lock(review_id)
    _require_visible(review, by=by)
    return review


def _require_visible(review: Review, *, by: User) -> None:
    if not (is_reviewer(by, review) or is_system(by) or reads_the_record(by)):
        raise NotFound(NO_SUCH_REVIEW)


def move(
    review: Review, action: Action, *, by: User, now: datetime, reason: str = "", **particulars: JSON | datetime
) -> Review:
    """Check permission, look up the transition, and write state, history and ledger.

    The caller holds the article's lock. ``particulars`` go into the ledger entry. Raises NotPermitted and
    InvalidTransition.
    """
    before = _set_state(review, action, by=by, now=now, reason=reason)
    review.may_move = True
    try:
        save_with_history(review, by=by, now=now, reason=reason or action.label)
    finally:
        review.may_move = False
    record_in_ledger(
        review, action=action, by=by, now=now, before=before, after=review.state, reason=reason, **particulars
    )
    return review


def move_all(reviews: Sequence[Review], action: Action, *, by: User, now: datetime, reason: str) -> None:
    """As ``move``, for several ``reviews`` of one article: two statements, and one more for each ledger entry."""
    before = [_set_state(review, action, by=by, now=now, reason=reason) for review in reviews]
    for review in reviews:
        review.revision += 1
    Review.objects.record_changes(reviews, fields=[*STATE_FIELDS, "revision"], by=by, now=now, reason=reason)
    for review, state in zip(reviews, before, strict=True):
        record_in_ledger(review, action=action, by=by, now=now, before=state, after=review.state, reason=reason)


def _set_state(review: Review, action: Action, *, by: User, now: datetime, reason: str) -> str:
    """Check permission and set the state to which ``action`` leads. Returns the previous state."""
    require_may(by, action, review)
    before, review.state = review.state, after(review.state, action)
    review.state_changed_at, review.state_reason = versions.in_order([review], now=now), reason
    return before


def save_with_history(review: Review, *, by: User, now: datetime, reason: str) -> None:
    """Save ``review`` with its history as the next revision."""
    review.revision += 0 if review._state.adding else 1
    review.record(by=by, now=now, reason=reason)


def record_in_ledger(review: Review, *, action: str, by: User, now: datetime, **particulars: JSON | datetime) -> None:
    """Write an event of ``review`` to the ledger of its article."""
    about = {"review": review.pk, "member": review.member_id}
    versions.record_in_ledger(review.version, action=f"review.{action}", by=by, now=now, **about, **particulars)
