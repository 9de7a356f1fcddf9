"""Work of reviewing outside the request."""

from celery import shared_task
from django.utils import timezone

from articles.lifecycle import State
from reviews import consolidation


@shared_task
def settle_rounds() -> int:
    """Decide every round that what is signed decides by now; returns how many were decided.

    A signature decides at once. A new policy or another risk tier may ask less than before, and nobody signs then.
    """
    settled = [consolidation.settle(version_id=pk, now=timezone.now()) for pk in consolidation.undecided()]
    return sum(version.state != State.UNDER_REVIEW for version in settled)
