"""Work outside the request: delivering notices, and forgetting what need not be kept."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from editorial import keeping, notices
from editorial.http import idempotency

ANSWERS_KEPT = timedelta(days=7)
"""How long a repeated request still gets its first answer; far longer than any client retries."""

TYPED_KEPT = timedelta(days=180)
"""How long what was typed and never sent is kept after its last key."""


@shared_task
def sweep_notices() -> int:
    """Deliver whatever is due, in batches, until nothing is; returns how many were sent.

    Finds what is owed in PostgreSQL, so it does not matter what Redis forgot, or how often this runs.
    """
    sent = 0
    while claimed := notices.claim(now=timezone.now()):
        sent += sum(notices.deliver(notice_id=notice_id, now=timezone.now()) for notice_id in claimed)
    return sent


@shared_task
def purge_answers() -> int:
    """Forget answers to requests with an Idempotency-Key that are older than a week; returns how many."""
    return idempotency.purge(before=timezone.now() - ANSWERS_KEPT)


@shared_task
def purge_typed() -> int:
    """Forget what was typed half a year ago and never sent; returns how many forms."""
    return keeping.purge(before=timezone.now() - TYPED_KEPT)
