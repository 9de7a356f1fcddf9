"""The scheduler of Celery beat. Several may run: one is active, the others wait for its lock."""

import logging
from typing import Any

from redbeat import RedBeatScheduler
from redis.exceptions import LockError, RedisError

logger = logging.getLogger(__name__)


class Scheduler(RedBeatScheduler):
    """Continues after an outage of Redis, where redbeat's own scheduler would end.

    Redis may come back without the lock and without the schedule, which redbeat stores there. Another beat may have
    taken the lock meanwhile, for example while this machine was suspended.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send the due tasks; return the seconds until the next tick."""
        try:
            return self.tick_as_leader(*args, **kwargs)
        except RedisError as error:
            logger.warning("beat cannot reach Redis: %s", type(error).__name__)
            return self.max_interval

    def tick_as_leader(self, *args: Any, **kwargs: Any) -> float:
        """Tick; if the lock is lost, write the schedule again and wait for the lock."""
        try:
            return super().tick(*args, **kwargs)
        except LockError:
            logger.warning("beat has lost its lock and waits for it")
            self.setup_schedule()
            self.lock.acquire()
            return 0
