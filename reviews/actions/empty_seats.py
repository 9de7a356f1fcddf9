"""Notices about seats of running rounds that are empty in effect."""

from datetime import datetime

from django.db import transaction

from articles.announcements import editors
from articles.lifecycle import IN_REVIEW
from editorial.models import User
from reviews.announcements import announce_empty_seat
from reviews.models import Review


@transaction.atomic
def notify_of_empty_seats(*, now: datetime) -> int:
    """Notify editors of each open review whose member left the board or has no licence. Returns how many there are.

    A disabled account counts as having left. Each is notified once, and again only if the term or licence was renewed
    and ended again. ``notify_of_conflicts`` covers conflicts of interest.
    """
    unable = Review.objects.of_unable_members(on=now.date()).filter(version__state__in=IN_REVIEW)
    reviews = list(unable.select_related("member__user", "version__article").order_by("pk"))
    to = editors() if reviews else []
    for review in reviews:
        announce_empty_seat(review, to=to, by=User.objects.system(), now=now)
    return len(reviews)
