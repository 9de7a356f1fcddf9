"""A mail server that hangs delays mail and nothing else: the workers of a machine, on real servers."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest
from django.db import transaction
from django.utils import timezone
from redis import Redis

from config.monitoring.queues import HEARTBEAT
from config.task_queues import Queue
from editorial.models import MailServer, Notice, TaskRun
from editorial.models.mail_servers import CircuitState
from tests.faults.test_delivery import PATIENCE, broker, environment, owed, redis_url, sink, until  # noqa: F401 - fixtures
from tests.support.paths import ROOT
from tests.support.smtp_sink import Failure

LAPSES = "articles.tasks.tell_of_lapses"
SENDING = "editorial.tasks.sweep_notices"
REMINDING = "Reminder of your review: Why?"
WAITING, REMINDERS = 10_000, int(os.environ.get("MEASURED", "3"))
BY_THE_CLOCK = [HEARTBEAT, LAPSES, "reviews.tasks.take_due_rungs"]


@pytest.fixture
def workers(transactional_db, sink, broker, tmp_path):  # noqa: F811
    """Workers as one command starts them, for two of the queues, because each takes seconds to start."""
    with (tmp_path / "log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.workers", Queue.CLOCK, Queue.MAIL],
            env=environment(sink),
            cwd=ROOT,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
        process.terminate()
        assert process.wait(timeout=PATIENCE) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def runs(task):
    return sum(TaskRun.objects.filter(task=task).values_list("runs", flat=True))


def children(pid):
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(child) for child in found.split()]


def worker_of(queue, workers):
    """The process of the worker that serves ``queue``."""
    command_lines = {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in children(workers.pid)}
    (found,) = [pid for pid, line in command_lines.items() if f"--queues={queue}\0" in line]
    return found


def test_hanging_mail_server_delays_no_other_work(workers, broker, sink):  # noqa: F811
    sink.silent_at = "CONNECT"
    with transaction.atomic():
        owed(144, now=timezone.now())
    for task in (HEARTBEAT, SENDING):
        broker.send_task(task)
    until(lambda: runs(HEARTBEAT) and sink.connections)  # both workers have started
    broker.send_task(SENDING)
    for task in BY_THE_CLOCK:
        broker.send_task(task)
    until(lambda: MailServer.objects.exists())
    gave_up = MailServer.objects.get().failing_since
    ended = dict(TaskRun.objects.filter(task__in=BY_THE_CLOCK).values_list("task", "ended_at"))
    assert {task for task, at in ended.items() if at < gave_up} == {*BY_THE_CLOCK}
    until(lambda: runs(SENDING) > 1)
    with Redis.from_url(redis_url()) as redis:
        assert redis.keys("wake-up:*") == []  # the task that began has let the next one through
    assert sink.connections == 1
    assert not Notice.objects.exclude(attempts=0).exists()
    assert MailServer.objects.get().state(at=timezone.now()) == CircuitState.OPEN
    sink.silent_at = ""
    MailServer.objects.update(not_before=timezone.now())
    broker.send_task(SENDING)
    until(lambda: Notice.objects.filter(sent_at__isnull=False).count() == 143)  # one waits for the end of the rest
    assert MailServer.objects.get().state(at=timezone.now()) == CircuitState.CLOSED


def reminders_arrive(broker, sink, *, count):  # noqa: F811
    """Owe reminders one after the other. Return the latency of each, and how many other mails arrived before it."""
    seconds, others = [], []
    for number in range(count):
        before, began = len(sink.messages), time.monotonic()
        owed(1, now=timezone.now(), kind="review_reminder", occasion=f"{number}-{began}")
        broker.send_task(SENDING)
        until(lambda: REMINDING in [message["Subject"] for message in sink.messages[before:]], every=0.01)  # noqa: B023
        seconds.append(time.monotonic() - began)
        others.append([message["Subject"] for message in sink.messages[before:]].index(REMINDING))
    return median(seconds), max(others)


def test_reminder_is_sent_before_10000_mails_that_wait_for_a_slow_server(workers, broker, sink, capsys):  # noqa: F811
    sink.failure = lambda: Failure.SLOW
    alone, others = reminders_arrive(broker, sink, count=REMINDERS)
    assert others == 0
    with transaction.atomic():
        owed(WAITING, now=timezone.now())
    broker.send_task(SENDING)
    before = len(sink.messages)
    until(lambda: len(sink.messages) > before)
    beside, others = reminders_arrive(broker, sink, count=REMINDERS)
    with capsys.disabled():
        sys.stdout.write(f"\nlatency of a reminder with {WAITING} mails waiting: {beside / alone:.2f} times as long\n")
    assert others <= 1  # the mail that was under way
    waiting = Notice.objects.filter(kind="submitted", sent_at=None)
    assert waiting.update(dropped_at=timezone.now()) > WAITING / 2  # so that the worker can stop


def test_worker_that_is_killed_is_started_again_and_its_queue_is_served(workers, broker):  # noqa: F811
    broker.send_task(HEARTBEAT)
    until(lambda: runs(HEARTBEAT) == 1)
    killed = worker_of(Queue.CLOCK, workers)
    os.kill(killed, signal.SIGKILL)
    broker.send_task(HEARTBEAT)
    broker.send_task(LAPSES)
    until(lambda: runs(LAPSES) == 1)
    assert worker_of(Queue.CLOCK, workers) != killed


def test_task_whose_process_is_killed_counts_as_failed_and_runs_again(workers, broker, sink):  # noqa: F811
    sink.silent_at = "CONNECT"
    with transaction.atomic():
        owed(1, now=timezone.now())
    broker.send_task(SENDING)
    until(lambda: sink.connections)
    (child,) = children(worker_of(Queue.MAIL, workers))
    os.kill(child, signal.SIGKILL)
    until(lambda: TaskRun.objects.filter(task=SENDING, failures=1, runs__gte=2).exists())
