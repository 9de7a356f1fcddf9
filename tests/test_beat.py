"""Several beats: one ticks, and another takes over. Real processes, real Redis."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis import Redis

from tests.test_delivery import redis_url, until

LOCK = "redbeat::lock"


@pytest.fixture
def redis():
    with Redis.from_url(redis_url(), decode_responses=True) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def beats(redis):
    """Starts beats; they are killed at the end."""
    running = []

    def start():
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "tests.beating", "beat", "--pidfile="]
        where = Path(__file__).parent.parent
        running.append(subprocess.Popen(command, cwd=where, env=os.environ | {"REDIS_URL": redis_url()}))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def ticked(redis):
    """The process ids of whoever sent each tick so far."""
    sent = [json.loads(message)["headers"] for message in redis.lrange("celery", 0, -1)]
    return [int(headers["origin"].removeprefix("gen").partition("@")[0]) for headers in sent]


def test_of_two_beats_one_ticks_and_the_other_takes_over_when_it_is_killed(redis, beats):
    first = beats()
    until(lambda: ticked(redis))
    second = beats()
    deadline = time.monotonic() + 4  # long enough for the second to be there
    until(lambda: time.monotonic() > deadline)
    assert set(ticked(redis)) == {first.pid}
    first.kill()
    assert 0 < redis.ttl(LOCK) <= 30
    redis.pexpire(LOCK, 1)  # as if the thirty seconds were over
    until(lambda: second.pid in ticked(redis))


def test_beat_goes_on_when_redis_has_forgotten_lock_and_schedule(redis, beats):
    beat = beats()
    until(lambda: ticked(redis))
    redis.flushdb()
    until(lambda: len(ticked(redis)) > 1)
    assert beat.poll() is None
