"""Several beats: one ticks, and another takes over. Real processes, real Redis."""

import json
import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
from redis import Redis

from tests.faults.test_delivery import PATIENCE, redis_url, until
from tests.support.paths import ROOT

LOCK = "redbeat::lock"


@pytest.fixture
def redis():
    with Redis.from_url(redis_url(), decode_responses=True) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def beats(redis):
    """Starts beats; those that still run are killed at the end."""
    running = []

    def start(url=None, said=None):
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "tests.support.beat", "beat", "--pidfile="]
        where = ROOT
        running.append(
            subprocess.Popen(command, cwd=where, stderr=said, env=os.environ | {"REDIS_URL": url or redis_url()})
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def ended(beat):
    """Ask it to end, and wait for that."""
    beat.terminate()
    return beat.wait(timeout=PATIENCE)


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
    assert ended(second) == 0


def test_beat_goes_on_when_redis_has_forgotten_lock_and_schedule(redis, beats):
    beat = beats()
    until(lambda: ticked(redis))
    redis.flushdb()
    until(lambda: len(ticked(redis)) > 1)
    assert ended(beat) == 0


@pytest.fixture
def account(redis):
    """A way into Redis for one beat, which can be shut and opened again."""
    name = f"beat-{os.getpid()}"

    def open_again():
        redis.acl_setuser(name, enabled=True, passwords=["+way-in"], commands=["+@all"], keys=["*"], channels=["*"])

    open_again()
    parts = urlsplit(redis_url())
    url = parts._replace(netloc=f"{name}:way-in@{parts.hostname}:{parts.port}").geturl()
    yield url, lambda: redis.acl_deluser(name), open_again
    redis.acl_deluser(name)


def test_beat_goes_on_after_redis_did_not_let_it_in(redis, beats, account, tmp_path):
    url, shut, open_again = account
    with (tmp_path / "said").open("w+") as said:
        beat = beats(url, said)
        until(lambda: ticked(redis))
        shut()
        until(lambda: "cannot reach Redis" in (tmp_path / "said").read_text())
        sent = len(ticked(redis))
        open_again()
        until(lambda: len(ticked(redis)) > sent)
    assert ended(beat) == 0
