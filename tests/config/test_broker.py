"""The connection to Redis as workers use it."""

import pytest
from redis.exceptions import ConnectionError as LostError

from config.celery import app


def test_what_is_acknowledged_after_the_connection_was_given_up_is_told_as_a_lost_connection():
    with app.connection_for_read() as connection:
        channel = connection.default_channel
        channel.qos.ack("taken")
        connection.collect()
        assert LostError in connection.connection_errors
        with pytest.raises(LostError, match="given up"):
            channel.qos.ack("taken")
