"""Celery tasks: deliver notices and webhooks, and delete data that need not be kept."""

import logging
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

from axes.models import AccessLog
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from editorial import autosave
from editorial.board import ended_terms
from editorial.http import idempotency
from editorial.mail import notices, sweep
from editorial.models import AccountSession, ApiToken, DeliveryEvent, Dispatch, Notice
from editorial.webhooks import delivery, retention
from editorial.webhooks.http_client import Answer, error_text, send

logger = logging.getLogger(__name__)

ANSWERS_KEPT = timedelta(days=7)
"""How long a repeated request still gets its first response; far longer than any client retries."""

TYPED_KEPT = timedelta(days=180)
"""How long an autosaved form that was never sent is kept after its last change."""

LOGINS_KEPT = timedelta(days=365)
"""How long it is kept when, from where and by which browser somebody logged in."""

FORGOTTEN_AT_ONCE = 5_000
"""Deliveries deleted in one transaction. If the time limit ends the task, earlier transactions stay committed."""


@shared_task(soft_time_limit=sweep.SOFT_LIMIT, time_limit=sweep.HARD_LIMIT)
def sweep_notices() -> int:
    """Deliver due notices until none is due or the time is up; return how many were sent.

    Reads pending notices from PostgreSQL, so lost Redis messages and repeated runs do no harm.
    """
    return sweep.send_due(notices, clock=timezone.now)


LINES = 10
"""Endpoints that one worker sends to at once. One that hangs blocks only its own thread."""

SWEEP = timedelta(minutes=1)
"""How long one task keeps claiming deliveries. It ends when the last of them has its answer, see ``PATIENCE``."""

WEBHOOKS_TIME_LIMIT = 120
"""Seconds after which Celery ends the task, whatever it waits for. An endpoint is reserved for longer."""


@shared_task(time_limit=WEBHOOKS_TIME_LIMIT)
def sweep_webhooks() -> int:
    """Send due webhooks until none is due or the time is up; return how many were delivered.

    Reads pending dispatches from PostgreSQL, so lost Redis messages and repeated runs do no harm. Sends nothing while
    ``MAIL_AND_WEBHOOKS`` is off.
    """
    if not settings.MAIL_AND_WEBHOOKS:
        return 0
    delivered, until = 0, timezone.now() + SWEEP
    under_way: dict[Future[Answer], int] = {}
    with ThreadPoolExecutor(LINES) as lines:
        while claimed_or_under_way(lines, under_way, until=until):
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            delivered += sum(recorded(under_way.pop(sent), sent.result()) for sent in done)
    return delivered


def recorded(dispatch_id: int, answer: Answer) -> bool:
    """Record the attempt; return whether it was delivered. Without a record it is sent again when its lease ends."""
    try:
        return delivery.record(dispatch_id=dispatch_id, answer=answer, now=timezone.now())
    except DatabaseError as error:
        logger.warning("the attempt at delivery %s could not be recorded: %s", dispatch_id, type(error).__name__)
        return False


def claimed_or_under_way(lines: ThreadPoolExecutor, under_way: dict[Future[Answer], int], *, until: datetime) -> bool:
    """Start to send due dispatches on every free thread; return whether any is being sent."""
    now, free = timezone.now(), LINES - len(under_way)
    for dispatch in delivery.claim(now=now, limit=free) if free and now < until else ():
        under_way[begin(lines, dispatch, now=now)] = dispatch.pk
    return bool(under_way)


def begin(lines: ThreadPoolExecutor, dispatch: Dispatch, *, now: datetime) -> Future[Answer]:
    """Send ``dispatch`` in a thread. One that cannot be signed counts as a failed attempt, and stops no other."""
    try:
        parcel = delivery.parcel(dispatch, now=now)
    except Exception as error:
        failed: Future[Answer] = Future()
        failed.set_result(Answer(0, error=error_text(error)))
        return failed
    return lines.submit(send, parcel, to_loopback=settings.WEBHOOKS_TO_LOOPBACK)


@shared_task
def record_ended_terms() -> int:
    """Record terms on the board that ended by their date. Returns how many."""
    return ended_terms.record_ended_terms(now=timezone.now())


@shared_task
def purge_answers() -> int:
    """Delete responses to requests with an Idempotency-Key that are older than a week; return how many."""
    return idempotency.delete_old_responses(before=timezone.now() - ANSWERS_KEPT)


@shared_task
def purge_typed() -> int:
    """Delete autosaved forms that were never sent and last changed 180 days ago; return how many."""
    return autosave.delete_stale_forms(before=timezone.now() - TYPED_KEPT)


@shared_task
def purge_webhooks() -> int:
    """Delete webhooks settled more than ``WEBHOOKS_KEPT_DAYS`` ago; return how many messages and deliveries.

    A pending delivery stays, however old it is.
    """
    before, forgotten = timezone.now() - timedelta(days=settings.WEBHOOKS_KEPT_DAYS), 0
    while gone := retention.purge(before=before, limit=FORGOTTEN_AT_ONCE):
        forgotten += gone
    return forgotten


@shared_task
def purge_logins() -> int:
    """Delete sessions and API tokens that have expired; return how many.

    What was known of ended sessions goes, too, and the log of log-ins after ``LOGINS_KEPT``.
    """
    now = timezone.now()
    expired = (Session.objects.filter(expire_date__lt=now), ApiToken.objects.filter(expiry__lt=now))
    deleted = sum(rows.delete()[0] for rows in expired)
    AccountSession.objects.ended().delete()
    AccessLog.objects.filter(attempt_time__lt=now - LOGINS_KEPT).delete()
    return deleted


@shared_task
def purge_mail_log() -> int:
    """Delete what only a mail needed, ``MAIL_LOG_KEPT_DAYS`` after it was sent or dropped; return how many rows.

    These are its failed attempts, the words for its text, and an address that is not its recipient's. The notices stay:
    they prove who was informed of what, and prevent that it is sent again.
    """
    before = timezone.now() - timedelta(days=settings.MAIL_LOG_KEPT_DAYS)
    settled = Q(notice__sent_at__isnull=False) | Q(notice__dropped_at__isnull=False)
    events, _ = DeliveryEvent.objects.filter(settled, at__lt=before).delete()
    old = Notice.objects.filter(Q(sent_at__lt=before) | Q(dropped_at__lt=before)).exclude(context={})
    return events + old.update(context={}, address="")


@shared_task
def heartbeat() -> None:
    """Do nothing. Its run is recorded like that of every task: at that time beat, Redis and a worker were healthy."""
