"""A Celery transport for Redis whose workers survive a restart of Redis."""

from typing import Any

import redis
from kombu.transport import redis as transport


class Channel(transport.Channel):
    """A channel whose connection may have been closed by Celery."""

    def _connparams(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Raise ConnectionError, from which Celery recovers, if the connection was closed.

        Redis later delivers a task that was not acknowledged or returned before that to another worker.
        """
        if self.connection is None or self.connection.client is None:
            raise redis.ConnectionError("the connection was given up")
        parameters: dict[str, Any] = super()._connparams(*args, **kwargs)  # type: ignore[misc]  # the stubs leave it out
        return parameters


class Transport(transport.Transport):
    """The transport of the setting ``CELERY_BROKER_TRANSPORT``."""

    Channel = Channel
