"""The Celery application (``celery -A config``). Workers and beat refuse to start with unsafe settings."""

import os
from time import perf_counter
from typing import Any

from celery import Celery, signals
from celery.exceptions import TimeLimitExceeded
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from config.checks import refuse_unsafe_settings
from editorial.monitoring import logging_context, task_runs
from editorial.record import wake_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

REDBEAT_SETTINGS = ("redbeat_redis_url", "redbeat_redis_options")
"""Settings that redbeat reads under these names only; without them it logs a warning."""

app = Celery("imprimatur")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.add_defaults(lambda: {name: getattr(settings, f"CELERY_{name.upper()}") for name in REDBEAT_SETTINGS})
app.autodiscover_tasks()


@signals.worker_init.connect
@signals.beat_init.connect
def stop_on_unsafe_settings(**kwargs: Any) -> None:  # noqa: ARG001 - the signature of a Celery signal
    """End a worker or beat that starts with unsafe settings. Celery only logs other exceptions than SystemExit."""
    try:
        refuse_unsafe_settings()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error


@signals.setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Do nothing. Because this signal has a receiver, Celery does not configure logging; Django's settings apply."""


@signals.before_task_publish.connect
def send_request_id(headers: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG001
    """Send the id of the current request with the task."""
    if request_id := logging_context.marks().get("request_id"):
        headers["request_id"] = request_id


@signals.task_prerun.connect
def begin_wake_up(task: Any, **kwargs: Any) -> None:  # noqa: ARG001
    """Allow the next wake-up of a task before it reads what is due."""
    if key := task.request.get(wake_up.HEADER):
        wake_up.begin(key)


_running: dict[str, tuple[Any, float]] = {}


@signals.task_prerun.connect
def add_log_marks(task_id: str, task: Any, **kwargs: Any) -> None:  # noqa: ARG001
    """Mark all log lines of the task with its name and id, and with the id of the request that sent it."""
    request_id = task.request.get("request_id") or ""
    _running[task_id] = logging_context.enter(request_id=request_id, task=task.name, task_id=task_id), perf_counter()


@signals.task_prerun.connect
def record_killed_run(task_id: str, task: Any, **kwargs: Any) -> None:  # noqa: ARG001
    """Record the failure of the run before, if its process was killed before the task had ended."""
    if not task_runs.begin(task_id):
        task_runs.record_run(task=task.name, seconds=0, failed=True, now=timezone.now())


@signals.task_failure.connect
def record_run_past_its_time(sender: Any, exception: Exception, **kwargs: Any) -> None:  # noqa: ARG001
    """Record the failure of a task that was ended at its hard time limit. Celery calls this in the main process."""
    if isinstance(exception, TimeLimitExceeded):
        task_runs.record_run(task=sender.name, seconds=exception.args[0], failed=True, now=timezone.now())
        connection.close()  # processes that are forked later must not share it


@signals.task_postrun.connect
def record_task_run(task_id: str, task: Any, state: str, **kwargs: Any) -> None:  # noqa: ARG001
    """Record that the task ran, for how long, and whether it failed."""
    token, began = _running.pop(task_id)
    logging_context.leave(token)
    task_runs.record_run(task=task.name, seconds=perf_counter() - began, failed=state == "FAILURE", now=timezone.now())
    task_runs.end(task_id)  # last, because Redis may be away
