"""Every task has a queue, and every queue is served."""

import os
import subprocess
import sys

import pytest

from config.celery import app
from config.monitoring.queues import LATE, OLDEST
from config.task_queues import DECLARED, EARLIER, QUEUE_OF, Queue
from config.workers import SLOTS, command
from tests.support.paths import ROOT


def test_every_task_has_a_queue_and_every_queue_a_task():
    app.loader.import_default_modules()
    assert set(QUEUE_OF) == {name for name in app.tasks if not name.startswith("celery.")}
    assert set(QUEUE_OF.values()) == set(Queue)


@pytest.mark.parametrize("task", QUEUE_OF)
def test_task_is_sent_to_its_queue(task):
    assert app.amqp.router.route({}, task)["queue"].name == QUEUE_OF[task]


@pytest.mark.parametrize("mapping", [SLOTS, LATE, OLDEST])
def test_mapping_names_every_queue(mapping):
    assert set(mapping) == set(Queue)


def test_workers_of_one_machine_serve_every_queue_once_and_that_of_earlier_releases():
    options = [word for queue in Queue for word in command(queue) if word.startswith("--queues=")]
    served = [name for option in options for name in option.removeprefix("--queues=").split(",")]
    assert sorted(served) == sorted([*Queue, EARLIER]) == sorted(queue.name for queue in DECLARED)
    assert "--queues=clock" in options


def test_worker_for_an_unknown_queue_does_not_start():
    celery = [sys.executable, "-m", "celery", "--app=config", "worker", "--queues=clocks"]
    done = subprocess.run(celery, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "clocks" in done.stdout + done.stderr
