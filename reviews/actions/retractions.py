"""The effects of a retraction on articles and their reviewers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from articles import actions as articles
from articles.announcements import warn_of_retraction
from articles.models import Version
from articles.models.references import RetractionStatus
from editorial.models import SweepTask, User
from editorial.record.sweeps import sweep
from reviews.announcements import admin_path
from reviews.lifecycle import State
from reviews.models import Review


@dataclass(frozen=True)
class RetractionEffects:
    """The effects of a retraction list: works by their new status, and versions."""

    works: Counter[str]
    suspended: Sequence[Version]
    warned: Sequence[Version]


def follow_retractions(*, by: User, now: datetime) -> RetractionEffects:
    """Apply the newest list to the library: suspend approved versions that cite a retracted work, and send warnings.

    Writers, editors and reviewers of a version in review are warned. It runs after every import and periodically. It
    finds what is left to do, and does nothing twice.
    """
    works = articles.look_up_works(by=by, now=now)
    suspended = articles.suspend_retracted(by=by, now=now)
    warned = articles.warn_in_review(by=by, now=now)
    _warn_reviewers(now=now)
    return RetractionEffects(works, suspended, warned)


def _warn_reviewers(*, now: datetime) -> None:
    """Warn everyone invited to a version in review that cites a retracted work, once, unless they have left."""
    retracted = Version.objects.in_review().filter(citations__reference__retraction=RetractionStatus.RETRACTED)
    at_it = Review.objects.filter(version__in=retracted, state__in=[State.INVITED, State.ACCEPTED, State.SIGNED])
    reviews = {review.pk: review for review in at_it.select_related("version__article", "member__user").order_by("pk")}

    def warn(review_id: int) -> None:
        review = reviews[review_id]
        warn_of_retraction(review.version, to=[review.member.user], now=now, path=admin_path(review))

    with sweep(SweepTask.WARN_REVIEWERS, now=now) as run:
        run.each(Review, reviews, warn)
