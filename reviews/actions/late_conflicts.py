"""Finding late conflicts of interest, about which editors decide."""

from datetime import datetime

from articles.announcements import editors
from editorial.models import SweepTask
from editorial.record.sweeps import sweep
from reviews.announcements import announce_conflict
from reviews.models import Review
from reviews.rounds.obstacles import conflicts, interests_touching
from reviews.transitions import load_reviews


def conflicts_of(review: Review, *, at: datetime) -> list[str]:
    """Return why a signature in ``review`` would not count at a decision at ``at``, as text after the member's name."""
    return conflicts(load_reviews([review.pk])[0], interests_touching(review.version, on=at.date()))


def notify_of_conflicts(*, now: datetime) -> int:
    """Notify editors of unwaived conflicts in open rounds and behind valid approvals. Returns the number of reviews.

    Each conflict is notified once. Nothing is suspended: an editor has to set the signature aside.
    """
    ids = list(Review.objects.conflicted(at=now).order_by("pk").values_list("pk", flat=True))
    to = editors() if ids else []
    reviews = {review.pk: review for review in load_reviews(ids)}

    def notify(review_id: int) -> None:
        review = reviews[review_id]
        why = conflicts(review, interests_touching(review.version, on=now.date()))
        announce_conflict(review, why, to=to, now=now)

    with sweep(SweepTask.FOLLOW_CONFLICTS, now=now) as run:
        run.each(Review, reviews, notify)
    return len(ids)
