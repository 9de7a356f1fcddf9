"""Notices about seats of running rounds that are empty in effect."""

from datetime import datetime

from articles.announcements import editors
from articles.lifecycle import IN_REVIEW
from editorial.models import SweepTask, User
from editorial.record.sweeps import sweep
from reviews.announcements import announce_empty_seat
from reviews.models import Review


def notify_of_empty_seats(*, now: datetime) -> int:
    """Notify editors of each open review whose member left the board or has no licence. Returns how many there are.

    A disabled account counts as having left. Each is notified once, and again only if the term or licence was renewed
    and ended again. ``notify_of_conflicts`` covers conflicts of interest.
    """
    unable = Review.objects.of_unable_members(on=now.date()).filter(version__state__in=IN_REVIEW)
    reviews = {review.pk: review for review in unable.select_related("member__user", "version__article").order_by("pk")}
    to, by = editors() if reviews else [], User.objects.system()
    with sweep(SweepTask.FOLLOW_EMPTY_SEATS, now=now) as run:
        run.each(Review, reviews, lambda pk: announce_empty_seat(reviews[pk], to=to, by=by, now=now))
    return len(reviews)
