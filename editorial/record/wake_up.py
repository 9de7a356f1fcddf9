"""Wake a worker after a commit: at most one message waits for each task, and none waits for long.

Nothing depends on a wake-up. Periodic tasks find the same work in PostgreSQL.
"""

from celery import current_app

HEADER = "wake_up"
"""The header of a message that was sent by ``wake``, with the key in Redis that says that it waits."""

EXPIRES = 60
"""Seconds after which a wake-up that no worker has begun is dropped. By then beat has sent the periodic task."""


def wake(task: str, *args: int, expires: int = EXPIRES) -> None:
    """Send ``task`` to a worker, unless the same wake-up waits already. Raises an error if the broker does not answer.

    Call it after the commit: the task that waits reads what was committed before it begins.
    """
    key = ":".join(["wake-up", task, *map(str, args)])
    with current_app.producer_or_acquire() as producer, producer.channel.conn_or_acquire() as redis:
        if redis.set(key, "", nx=True, ex=expires):
            message = {"headers": {HEADER: key}, "producer": producer}
            current_app.send_task(task, args, expires=expires, retry=False, ignore_result=True, **message)


def begin(key: str) -> None:
    """Let the next wake-up of the task through, because the one that waited begins. If it died, the key expires."""
    with current_app.producer_or_acquire() as producer, producer.channel.conn_or_acquire() as redis:
        redis.delete(key)
