"""The Celery application: workers and beat find it as ``celery -A config`` and do not run with unsafe settings."""

import os
from time import perf_counter
from typing import Any

from celery import Celery, signals
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from config.checks import refuse_unsafe_settings
from editorial import tracing
from editorial.runs import record_run

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

ASKED_BY_REDBEAT = ("redbeat_redis_url", "redbeat_redis_options")
"""Settings that redbeat looks for under these names alone, and warns that they are missing."""

app = Celery("imprimatur")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.add_defaults(lambda: {name: getattr(settings, f"CELERY_{name.upper()}") for name in ASKED_BY_REDBEAT})
app.autodiscover_tasks()


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_to_work(**kwargs: Any) -> None:  # noqa: ARG001 - Celery tells what is starting
    """End a worker or beat that starts with unsafe settings. Celery only logs other exceptions than SystemExit."""
    try:
        refuse_unsafe_settings()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error


@signals.setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Celery brings no logging of its own where somebody takes this signal. Django has set up what settings say."""


@signals.before_task_publish.connect
def name_the_request(headers: dict[str, Any], **kwargs: Any) -> None:  # noqa: ARG001
    """Send along which request asks for the task."""
    if request_id := tracing.marks().get("request_id"):
        headers["request_id"] = request_id


_begun: dict[str, tuple[Any, float]] = {}


@signals.task_prerun.connect
def mark_the_log(task_id: str, task: Any, **kwargs: Any) -> None:  # noqa: ARG001
    """Have every line that is logged from here on say which task it is, and which request asked for it."""
    request_id = task.request.get("request_id") or ""
    _begun[task_id] = tracing.enter(request_id=request_id, task=task.name, task_id=task_id), perf_counter()


@signals.task_postrun.connect
def keep_the_run(task_id: str, task: Any, state: str, **kwargs: Any) -> None:  # noqa: ARG001
    """Note that the task ran, for how long, and how it ended."""
    token, began = _begun.pop(task_id)
    tracing.leave(token)
    record_run(task=task.name, seconds=perf_counter() - began, failed=state == "FAILURE", now=timezone.now())
