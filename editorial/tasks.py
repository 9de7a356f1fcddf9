"""Work outside the request: delivering notices, and forgetting what need not be kept."""

from collections.abc import Iterator
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from editorial import keeping, notices
from editorial.http import idempotency
from editorial.mailing import Line, ServerAwayError

ANSWERS_KEPT = timedelta(days=7)
"""How long a repeated request still gets its first answer; far longer than any client retries."""

TYPED_KEPT = timedelta(days=180)
"""How long what was typed and never sent is kept after its last key."""


BATCH = 10
"""Notices taken at once: even if the server hangs at each of them, the task ends before its time limit."""

SWEEP = timedelta(minutes=1)
"""How long one task goes on taking; the next one is never further away."""


@shared_task
def sweep_notices() -> int:
    """Deliver what is due, in batches, until nothing is or the time is up; returns how many were sent.

    Finds what is owed in PostgreSQL, so it does not matter what Redis forgot, or how often this runs. While the mail
    server is away, it asks once and lets go.
    """
    sent, until = 0, timezone.now() + SWEEP
    while timezone.now() < until and (claimed := notices.claim(now=timezone.now(), limit=BATCH)):
        try:
            sent += sum(delivered(claimed))
        except ServerAwayError as error:
            notices.put_back(ids=claimed, error=error, now=timezone.now())
            break
    return sent


def delivered(claimed: list[int]) -> Iterator[bool]:
    """Whether each was sent, over one line to the mail server; takes those off the list that were tried."""
    with Line() as line:
        while claimed:
            yield notices.deliver(notice_id=claimed[0], now=timezone.now(), line=line)
            claimed.pop(0)


@shared_task
def purge_answers() -> int:
    """Forget answers to requests with an Idempotency-Key that are older than a week; returns how many."""
    return idempotency.purge(before=timezone.now() - ANSWERS_KEPT)


@shared_task
def purge_typed() -> int:
    """Forget what was typed half a year ago and never sent; returns how many forms."""
    return keeping.purge(before=timezone.now() - TYPED_KEPT)


@shared_task
def heartbeat() -> None:
    """Does nothing. That it ran is on record, as of every task: so long ago beat, Redis and a worker were well."""
