"""How far behind each queue is, as PostgreSQL knows it, and how many messages wait in Redis."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from articles.actions.reference_imports import UNFINISHED
from articles.models import LibraryImport, ReaderMail
from articles.models.document_cache import Unwritten
from config.task_queues import Queue
from editorial.mail import circuit_breaker
from editorial.models import Dispatch, Notice, TaskRun
from editorial.models.mail_servers import CircuitState

TIMEOUT = 1
"""Seconds that Redis may take to answer."""

HEARTBEAT = "editorial.tasks.heartbeat"
WRITING = "articles.tasks.write_documents"

LATE: Mapping[Queue, timedelta] = {
    Queue.CLOCK: timedelta(minutes=3),
    Queue.MAIL: timedelta(minutes=15),
    Queue.WEBHOOKS: timedelta(minutes=15),
    Queue.DOCUMENTS: timedelta(minutes=15),
    Queue.IMPORTS: timedelta(hours=1),
}
"""How long work of each queue may wait before ``/readyz`` warns."""


def _last_run(task: str) -> datetime | None:
    return TaskRun.objects.filter(task=task).values_list("ended_at", flat=True).first()


def _oldest_mail(now: datetime) -> datetime | None:
    oldest = [rows.due(at=now).aggregate(at=Min("not_before"))["at"] for rows in (Notice.objects, ReaderMail.objects)]
    return min(filter(None, oldest), default=None)


def _oldest_webhook(now: datetime) -> datetime | None:
    """An endpoint that rests after a failure, or that a worker sends to, delays only itself."""
    due = Dispatch.objects.due(at=now).filter(endpoint__health__not_before__lte=now)
    oldest: datetime | None = due.aggregate(at=Min("not_before"))["at"]
    return oldest


def _oldest_document(now: datetime) -> datetime | None:  # noqa: ARG001 - as the others
    """Marks bear no time. While there are any, they wait at most since the last run of the task ended."""
    return _last_run(WRITING) if Unwritten.objects.exists() else None


def _oldest_import(now: datetime) -> datetime | None:  # noqa: ARG001
    waiting = LibraryImport.objects.filter(progress__in=UNFINISHED)
    oldest: datetime | None = waiting.aggregate(at=Min("requested_at"))["at"]
    return oldest


OLDEST: Mapping[Queue, Callable[[datetime], datetime | None]] = {
    Queue.CLOCK: lambda _now: _last_run(HEARTBEAT),
    Queue.MAIL: _oldest_mail,
    Queue.WEBHOOKS: _oldest_webhook,
    Queue.DOCUMENTS: _oldest_document,
    Queue.IMPORTS: _oldest_import,
}
"""Since when the oldest work of each queue waits; None if none does."""


def waits(*, now: datetime) -> dict[Queue, timedelta]:
    """Return how long the oldest due work of each queue has waited."""
    since = {queue: oldest(now) for queue, oldest in OLDEST.items()}
    return {queue: now - at if at else timedelta(0) for queue, at in since.items()}


def lengths() -> dict[Queue, int]:
    """Return how many messages wait in each queue; nothing if Redis does not answer."""
    timeouts = {"socket_connect_timeout": TIMEOUT, "socket_timeout": TIMEOUT}
    try:
        with Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **timeouts) as redis:
            pipeline = redis.pipeline(transaction=False)
            for queue in Queue:
                pipeline.llen(queue)
            return dict(zip(Queue, pipeline.execute(), strict=True))
    except RedisError:
        return {}


def mail_server_state(*, now: datetime) -> CircuitState:
    """Return the state of the circuit breaker of the mail server."""
    return circuit_breaker.current().state(at=now)
