"""Notices about seats of running rounds that are empty in effect."""

from datetime import datetime

from articles.announcements import editors
from articles.lifecycle import IN_REVIEW
from editorial.models import BoardMember, SweepTask, User
from editorial.record.sweeps import sweep
from reviews.announcements import announce_empty_seat
from reviews.models import Review


def notify_of_empty_seats(*, now: datetime) -> int:
    """Notify editors of each open review whose member is in office without a valid licence. Returns how many.

    Each is notified once, and again only if the licence was renewed and expired again. Reviews of members who left are
    handed on (``reviews.actions.leaving``); ``notify_of_conflicts`` covers conflicts of interest.
    """
    in_office = BoardMember.objects.in_office(on=now.date())
    unable = Review.objects.of_unable_members(on=now.date()).filter(member__in=in_office, version__state__in=IN_REVIEW)
    reviews = {review.pk: review for review in unable.select_related("member__user", "version__article").order_by("pk")}
    to, by = editors() if reviews else [], User.objects.system()
    with sweep(SweepTask.FOLLOW_EMPTY_SEATS, now=now) as run:
        run.each(Review, reviews, lambda pk: announce_empty_seat(reviews[pk], to=to, by=by, now=now))
    return len(reviews)
