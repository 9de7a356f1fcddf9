"""Metrics for Prometheus, read from the database, so every process returns the same values.

Only the ``process_*`` metrics are those of the process that answers.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Min
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from articles.models import DocumentFinding, DocumentWalk, ReaderMail
from config.monitoring.queues import lengths, mail_server_state, waits
from config.task_queues import Queue
from editorial.models import (
    Attempt,
    DeliveryEvent,
    Dispatch,
    EndpointHealth,
    Notice,
    SweepFailure,
    SweepTask,
    TaskRun,
)
from editorial.models.mail_servers import CircuitState
from reviews.lifecycle import State
from reviews.models import Review

DAY = timedelta(days=1)


class SiteCollector(Collector):
    """Collects the metrics of the site at one moment, in 24 queries."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        yield from notices(self.now)
        yield from webhooks(self.now)
        yield from queues(self.now)
        yield from tasks()
        yield from sweeps(self.now)
        yield from reviews(self.now)
        yield from documents()


def exposition(*, now: datetime) -> bytes:
    """Return all metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(SiteCollector(now=now))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


def notices(now: datetime) -> Iterator[Metric]:
    waiting, since = Notice.objects.waiting(at=now), now - DAY
    yield GaugeMetricFamily("imprimatur_notices_owed", "Pending mails.", waiting["owed"])
    yield GaugeMetricFamily("imprimatur_notices_failing", "Of these, failed and tried again later.", waiting["failing"])
    dead = Notice.objects.dead().count()
    yield GaugeMetricFamily("imprimatur_notices_abandoned", "Mails given up: the dead letters.", dead)
    waits = seconds_since(waiting["oldest"], now=now)
    yield GaugeMetricFamily("imprimatur_notices_oldest_seconds", "How long the oldest mail due waits.", waits)
    sent = Notice.objects.sent_since(since).count()
    yield GaugeMetricFamily("imprimatur_notices_sent_last_day", "Mails sent in the last 24 hours.", sent)
    failed = DeliveryEvent.objects.exclude(what=DeliveryEvent.What.AGAIN).filter(at__gte=since).count()
    yield GaugeMetricFamily("imprimatur_notices_failed_last_day", "Attempts that failed in the last 24 hours.", failed)


def seconds_since(moment: datetime | None, *, now: datetime) -> float:
    """Return the seconds from ``moment`` to ``now``; 0 for None."""
    return (now - moment).total_seconds() if moment else 0


def webhooks(now: datetime) -> Iterator[Metric]:
    waiting = Dispatch.objects.waiting(at=now)
    yield GaugeMetricFamily("imprimatur_webhooks_owed", "Pending messages to front-ends.", waiting["owed"])
    failing = "Of these, failed and tried again later."
    yield GaugeMetricFamily("imprimatur_webhooks_failing", failing, waiting["failing"])
    waits = seconds_since(waiting["oldest"], now=now)
    yield GaugeMetricFamily("imprimatur_webhooks_oldest_seconds", "How long the oldest message due waits.", waits)
    name, words = "imprimatur_webhook_attempts_last_day", "Attempts to deliver in the last 24 hours, by outcome."
    attempts = GaugeMetricFamily(name, words, labels=["outcome"])
    for outcome, count in Attempt.objects.outcomes(since=now - DAY).items():
        attempts.add_metric([outcome], count)
    yield attempts


def queues(now: datetime) -> Iterator[Metric]:
    oldest = GaugeMetricFamily("imprimatur_queue_oldest_seconds", "How long due work waits.", labels=["queue"])
    for queue, wait in waits(now=now).items():
        oldest.add_metric([queue], wait.total_seconds())
    length = GaugeMetricFamily("imprimatur_queue_length", "Messages that wait in Redis.", labels=["queue"])
    for queue, count in lengths().items():
        length.add_metric([queue], count)
    retries = GaugeMetricFamily("imprimatur_queue_retries", "Pending, and tried before.", labels=["queue"])
    readers_mail = ReaderMail.objects.retried().count()
    retries.add_metric([Queue.MAIL], Notice.objects.retried().count() + readers_mail)
    retries.add_metric([Queue.WEBHOOKS], Dispatch.objects.retried().count())
    state = GaugeMetricFamily("imprimatur_mail_server_state", "1 for the state of its breaker.", labels=["state"])
    current = mail_server_state(now=now)
    for name in CircuitState:
        state.add_metric([name], current == name)
    resting = EndpointHealth.objects.filter(endpoint__is_active=True, failures__gt=0).count()
    endpoints = GaugeMetricFamily("imprimatur_webhook_endpoints_failing", "Active ones that failed last.", resting)
    yield from (oldest, length, retries, state, endpoints)


def tasks() -> Iterator[Metric]:
    runs = CounterMetricFamily("imprimatur_task_runs", "Runs of a task.", labels=["task"])
    failures = CounterMetricFamily("imprimatur_task_failures", "Of these, ended by an error.", labels=["task"])
    total = CounterMetricFamily("imprimatur_task_seconds", "Time that all runs took.", labels=["task"])
    last = GaugeMetricFamily("imprimatur_task_last_seconds", "Time that the last run took.", labels=["task"])
    ended = GaugeMetricFamily("imprimatur_task_last_end_time_seconds", "When the last run ended.", labels=["task"])
    for run in TaskRun.objects.order_by("task"):
        runs.add_metric([run.task], run.runs)
        failures.add_metric([run.task], run.failures)
        total.add_metric([run.task], run.total_seconds)
        last.add_metric([run.task], run.seconds)
        ended.add_metric([run.task], run.ended_at.timestamp())
    yield from (runs, failures, total, last, ended)


def sweeps(now: datetime) -> Iterator[Metric]:
    words = "Subjects that a sweep cannot process; a lock counts when it was met three times."
    failures = GaugeMetricFamily("imprimatur_sweep_failures", words, labels=["task"])
    oldest_name = "imprimatur_sweep_failures_oldest_seconds"
    oldest = GaugeMetricFamily(oldest_name, "How long the oldest of them has failed.", labels=["task"])
    rows = SweepFailure.objects.persistent().order_by("task").values_list("task")
    found = {task: (count, first) for task, count, first in rows.annotate(Count("pk"), Min("first_failed_at"))}
    for task in SweepTask:
        count, first = found.get(task, (0, None))
        failures.add_metric([task], count)
        oldest.add_metric([task], seconds_since(first, now=now))
    yield from (failures, oldest)


def reviews(now: datetime) -> Iterator[Metric]:
    by_state = GaugeMetricFamily("imprimatur_reviews", "Reviews by state.", labels=["state"])
    rows = Review.objects.order_by("state").values_list("state").annotate(Count("pk"))
    counts = dict.fromkeys(State, 0) | dict(rows)
    for state, count in counts.items():
        by_state.add_metric([state], count)
    yield by_state
    overdue = Review.objects.overdue(at=now).count()
    yield GaugeMetricFamily("imprimatur_reviews_overdue", "Open reviews past their date.", overdue)


def documents() -> Iterator[Metric]:
    walk = DocumentWalk.objects.first() or DocumentWalk()
    name, words = "imprimatur_documents_verified", "Articles whose stored documents were compared with the record."
    yield CounterMetricFamily(name, words, walk.verified)
    name, words = "imprimatur_document_differences", "Stored rows for readers that differed from the record."
    yield CounterMetricFamily(name, words, DocumentFinding.objects.count())
    name, words = "imprimatur_documents_round_end_time_seconds", "When all articles had been verified once more."
    yield GaugeMetricFamily(name, words, walk.completed_at.timestamp() if walk.completed_at else 0)
