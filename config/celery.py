"""The Celery application: workers and beat find it as ``celery -A config`` and do not run with unsafe settings."""

import os
from typing import Any

from celery import Celery, signals
from django.core.exceptions import ImproperlyConfigured

from config.checks import refuse_unsafe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("imprimatur")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_to_work(**kwargs: Any) -> None:  # noqa: ARG001 - Celery tells what is starting
    """End a worker or beat that starts with unsafe settings. Celery only logs other exceptions than SystemExit."""
    try:
        refuse_unsafe_settings()
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from error
