"""Beat, of which several may run: one ticks, the others wait for its lock."""

import logging
from typing import Any

from redbeat import RedBeatScheduler
from redis.exceptions import LockError, RedisError

logger = logging.getLogger(__name__)


class Scheduler(RedBeatScheduler):
    """Goes on after an outage of Redis, where redbeat would end.

    Redis may come back without the lock, and without the schedule, which redbeat keeps there; somebody else may have
    taken the lock meanwhile, while this machine slept.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; returns the seconds until the next look."""
        try:
            return self.lead(*args, **kwargs)
        except RedisError as error:
            logger.warning("beat cannot reach Redis: %s", type(error).__name__)
            return self.max_interval

    def lead(self, *args: Any, **kwargs: Any) -> float:
        """Tick; without the lock, lay out the schedule again and wait for the lock."""
        try:
            return super().tick(*args, **kwargs)
        except LockError:
            logger.warning("beat has lost its lock and waits for it")
            self.setup_schedule()
            self.lock.acquire()
            return 0
