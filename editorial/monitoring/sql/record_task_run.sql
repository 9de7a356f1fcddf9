"""What is known of work outside the request, kept for whoever watches the house."""

from datetime import datetime

from django.db import connection

RECORD = """
INSERT INTO editorial_taskrun AS known (task, ended_at, seconds, total_seconds, runs, failures)
VALUES (%(task)s, %(now)s, %(seconds)s, %(seconds)s, 1, %(failed)s)
ON CONFLICT (task) DO UPDATE SET
    ended_at = greatest(known.ended_at, excluded.ended_at),
    seconds = excluded.seconds,
    total_seconds = known.total_seconds + excluded.seconds,
    runs = known.runs + 1,
    failures = known.failures + excluded.failures
"""


def record_run(*, task: str, seconds: float, failed: bool, now: datetime) -> None:
    """Note that ``task`` ran and ended at ``now``. One statement, so that any number of workers may."""
    with connection.cursor() as cursor:
        cursor.execute(RECORD, {"task": task, "seconds": seconds, "failed": int(failed), "now": now})
