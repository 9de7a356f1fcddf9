"""Statistics of Celery tasks, stored for monitoring."""

from datetime import datetime

from celery import current_app
from django.db import connection

from editorial.sql_files import statement

BEGUN_KEPT = 24 * 60 * 60
"""Seconds for which Redis remembers that a task began. No task may run so long."""

RECORD = statement(__package__, "record_task_run")


def record_run(*, task: str, seconds: float, failed: bool, now: datetime) -> None:
    """Record that ``task`` ran and ended at ``now``. One atomic statement, so workers can do this concurrently."""
    with connection.cursor() as cursor:
        cursor.execute(RECORD, {"task": task, "seconds": seconds, "failed": int(failed), "now": now})


def begin(task_id: str) -> bool:
    """Note in Redis that a task begins. Return False if it has begun before and has not ended: its process was killed.

    That the broker delivers a message again does not show it: a worker that stops gives back what it has not begun.
    """
    with current_app.producer_or_acquire() as producer, producer.channel.conn_or_acquire() as redis:
        return bool(redis.set(_key(task_id), "", nx=True, ex=BEGUN_KEPT))


def end(task_id: str) -> None:
    """Note that a task has ended, whether it failed or not."""
    with current_app.producer_or_acquire() as producer, producer.channel.conn_or_acquire() as redis:
        redis.delete(_key(task_id))


def _key(task_id: str) -> str:
    return f"begun:{task_id}"
