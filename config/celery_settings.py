"""The settings of Celery. None of them comes from the environment but the address of Redis."""

from typing import Any

from config.schedule import SCHEDULE
from config.task_queues import DECLARED, EARLIER, ROUTES


def celery_settings(*, redis_url: str) -> dict[str, Any]:
    """Return the settings for Django, as Celery and redbeat read them."""
    return {
        "CELERY_TIMEZONE": "UTC",
        # --- broker
        "CELERY_BROKER_URL": redis_url,
        "CELERY_BROKER_TRANSPORT": "config.broker:Transport",
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_BROKER_CONNECTION_MAX_RETRIES": None,  # a worker waits for Redis without limit
        # The longest wait of a web process for Redis, in seconds. The next sweep finds tasks that it could not send.
        "CELERY_BROKER_TRANSPORT_OPTIONS": {
            "socket_connect_timeout": 2,
            "socket_timeout": 10,
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0,
        },
        # --- tasks and queues
        "CELERY_TASK_QUEUES": DECLARED,
        "CELERY_TASK_ROUTES": ROUTES,
        "CELERY_TASK_DEFAULT_QUEUE": EARLIER,
        "CELERY_TASK_CREATE_MISSING_QUEUES": False,  # a worker for a misspelt queue does not start
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_TASK_TIME_LIMIT": 300,  # seconds; well under Redis' visibility timeout of an hour
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        # --- beat
        "CELERY_BEAT_SCHEDULE": SCHEDULE,
        "CELERY_BEAT_SCHEDULER": "config.beat.Scheduler",
        # Seconds; how often the active beat renews its lock, and others try to get it.
        "CELERY_BEAT_MAX_LOOP_INTERVAL": 5,
        "CELERY_REDBEAT_LOCK_TIMEOUT": 30,  # seconds after which another beat takes over from one that died
        "CELERY_REDBEAT_REDIS_URL": redis_url,
        "CELERY_REDBEAT_REDIS_OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 10, "retry_period": -1},
    }
