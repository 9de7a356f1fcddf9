"""Statistics of Celery tasks, stored for monitoring."""

from datetime import datetime

from django.db import connection

from editorial.sql_files import statement

RECORD = statement(__package__, "record_task_run")


def record_run(*, task: str, seconds: float, failed: bool, now: datetime) -> None:
    """Record that ``task`` ran and ended at ``now``. One atomic statement, so workers can do this concurrently."""
    with connection.cursor() as cursor:
        cursor.execute(RECORD, {"task": task, "seconds": seconds, "failed": int(failed), "now": now})
