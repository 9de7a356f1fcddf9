"""Work outside the request: delivering notices and webhooks, and forgetting what need not be kept."""

import logging
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from editorial import keeping, notices
from editorial.http import idempotency
from editorial.mailing import Line, ServerAwayError
from editorial.models import Dispatch
from editorial.webhooks import delivering, purging
from editorial.webhooks.sending import Answer, send, told

logger = logging.getLogger(__name__)

ANSWERS_KEPT = timedelta(days=7)
"""How long a repeated request still gets its first answer; far longer than any client retries."""

TYPED_KEPT = timedelta(days=180)
"""How long what was typed and never sent is kept after its last key."""

FORGOTTEN_AT_ONCE = 5_000
"""Deliveries of one transaction. A task that is ended by its time limit has forgotten those before."""

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


LINES = 10
"""Endpoints that one worker sends to at once. One that hangs keeps its own line busy, and no other."""


@shared_task
def sweep_webhooks() -> int:
    """Send what endpoints are owed until nothing is due or the time is up; returns how many were delivered.

    Finds what is owed in PostgreSQL, so it does not matter what Redis forgot, or how often this runs.
    """
    delivered, until = 0, timezone.now() + SWEEP
    under_way: dict[Future[Answer], int] = {}
    with ThreadPoolExecutor(LINES) as lines:
        while claimed_or_under_way(lines, under_way, until=until):
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            delivered += sum(recorded(under_way.pop(sent), sent.result()) for sent in done)
    return delivered


def recorded(dispatch_id: int, answer: Answer) -> bool:
    """Whether it was delivered, and that is on record. What cannot be recorded is sent again when its lease is over."""
    try:
        return delivering.record(dispatch_id=dispatch_id, answer=answer, now=timezone.now())
    except DatabaseError as error:
        logger.warning("the attempt at delivery %s could not be recorded: %s", dispatch_id, type(error).__name__)
        return False


def claimed_or_under_way(lines: ThreadPoolExecutor, under_way: dict[Future[Answer], int], *, until: datetime) -> bool:
    """Begin to send what is due on every line that is free; whether anything is sent now."""
    now, free = timezone.now(), LINES - len(under_way)
    for dispatch in delivering.claim(now=now, limit=free) if free and now < until else ():
        under_way[begin(lines, dispatch, now=now)] = dispatch.pk
    return bool(under_way)


def begin(lines: ThreadPoolExecutor, dispatch: Dispatch, *, now: datetime) -> Future[Answer]:
    """Send ``dispatch`` on a line of its own. What cannot even be signed has failed at once, and stops no other."""
    try:
        parcel = delivering.parcel(dispatch, now=now)
    except Exception as error:
        failed: Future[Answer] = Future()
        failed.set_result(Answer(0, error=told(error)))
        return failed
    return lines.submit(send, parcel, to_loopback=settings.WEBHOOKS_TO_LOOPBACK)


@shared_task
def purge_answers() -> int:
    """Forget answers to requests with an Idempotency-Key that are older than a week; returns how many."""
    return idempotency.purge(before=timezone.now() - ANSWERS_KEPT)


@shared_task
def purge_typed() -> int:
    """Forget what was typed half a year ago and never sent; returns how many forms."""
    return keeping.purge(before=timezone.now() - TYPED_KEPT)


@shared_task
def purge_webhooks() -> int:
    """Forget what front-ends were told more than ``WEBHOOKS_KEPT_DAYS`` ago; how many messages and deliveries of them.

    What is still owed to one stays, however old it is.
    """
    before, forgotten = timezone.now() - timedelta(days=settings.WEBHOOKS_KEPT_DAYS), 0
    while gone := purging.purge(before=before, limit=FORGOTTEN_AT_ONCE):
        forgotten += gone
    return forgotten


@shared_task
def heartbeat() -> None:
    """Does nothing. That it ran is on record, as of every task: so long ago beat, Redis and a worker were well."""
