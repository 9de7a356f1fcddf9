"""Redis as the broker, for workers that live on when it ends and comes back."""

from typing import Any

import redis
from kombu.transport import redis as transport


class Channel(transport.Channel):
    """A channel whose connection may have been given up."""

    def _connparams(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Tell a connection that was given up as a lost one, which Celery lives through.

        What a worker acknowledges or gives back only then is given to another one by Redis, after a while.
        """
        if self.connection is None or self.connection.client is None:
            raise redis.ConnectionError("the connection was given up")
        given: dict[str, Any] = super()._connparams(*args, **kwargs)  # type: ignore[misc]  # the stubs leave it out
        return given


class Transport(transport.Transport):
    """For ``CELERY_BROKER_TRANSPORT``."""

    Channel = Channel
