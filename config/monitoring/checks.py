"""What ``/readyz`` looks at. Each check ends within seconds, whatever hangs, and tells no address and no password."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.template.defaultfilters import pluralize
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from editorial.models import Notice, TaskRun

PATIENCE = 2
"""Seconds that the database may take to let us in, and then to answer."""

REDIS_PATIENCE = 1
HEARTBEAT = "editorial.tasks.heartbeat"
BEAT_LATE = timedelta(minutes=3)
NOTICE_LATE = timedelta(minutes=15)
UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))


@dataclass(frozen=True)
class Check:
    """One line. What is only a warning is somebody's business, but no reason to send readers elsewhere."""

    name: str
    trouble: str = ""
    is_warning: bool = False
    note: str = ""

    def __str__(self) -> str:
        if self.trouble:
            return f"{'warning' if self.is_warning else 'failed'}: {self.trouble}"
        return ": ".join(filter(None, ["ok", self.note]))


def verdict(found: Iterable[Check]) -> str:
    """``ready``, ``degraded`` (serves, with a warning) or ``not ready``."""
    troubles = {check.is_warning for check in found if check.trouble}
    if False in troubles:
        return "not ready"
    return "degraded" if troubles else "ready"


def checks(*, now: datetime) -> list[Check]:
    """All of them. What stands in tables is asked only of a database that answers and has them."""
    applied = applied_migrations()
    if applied is None:
        return [Check("database", "does not answer"), redis()]
    schema = migrations(applied)
    standing = [] if schema.trouble else [beat(now=now), notices(now=now)]
    return [Check("database"), schema, redis(), *standing]


def applied_migrations() -> set[tuple[str, str]] | None:
    """Asked over a connection of its own that waits for nothing long; None when the database does not answer."""
    parameters: dict[str, Any] = connection.get_connection_params()
    parameters |= {
        "connect_timeout": PATIENCE,
        "tcp_user_timeout": PATIENCE * 1000,
        "options": f"-c statement_timeout={PATIENCE}s",
        "cursor_factory": psycopg.ClientCursor,
    }
    parameters.pop("context", None)
    try:
        with psycopg.connect(**parameters) as probe:
            return set(probe.execute("SELECT app, name FROM django_migrations").fetchall())
    except psycopg.Error:
        return None


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Those that came with this code."""
    return frozenset(MigrationLoader(None).disk_migrations)


def migrations(applied: set[tuple[str, str]]) -> Check:
    """An old code before a newer database is at work in every upgrade; the other way round it breaks."""
    missing = len(known_migrations() - applied)
    return Check("migrations", f"{missing} not applied" if missing else "")


def redis() -> Check:
    """Without Redis the site serves, changes commit, and their mails wait: a warning."""
    client = Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=REDIS_PATIENCE,
        socket_timeout=REDIS_PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        with client:
            client.ping()
    except RedisError:
        return Check("redis", "does not answer; mails wait", is_warning=True)
    return Check("redis")


def beat(*, now: datetime) -> Check:
    """A web process serves without beat: a warning."""
    run = TaskRun.objects.filter(task=HEARTBEAT).first()
    if run is None:
        return Check("beat", "has never ticked, or no worker ran since", is_warning=True)
    ago = now - run.ended_at
    words = f"ticked {age(ago)} ago"
    return Check("beat", words, is_warning=True) if ago > BEAT_LATE else Check("beat", note=words)


def notices(*, now: datetime) -> Check:
    """A mail that waits too long: a warning. The post room shows which."""
    waiting = Notice.objects.waiting(at=now)
    if waiting["oldest"] is None:
        return Check("notices", note="none waits")
    words = f"{waiting['owed']} owed, the oldest waits for {age(now - waiting['oldest'])}"
    late = now - waiting["oldest"] > NOTICE_LATE
    return Check("notices", words, is_warning=True) if late else Check("notices", note=words)


def age(span: timedelta) -> str:
    """``span`` in the largest unit of which it holds two."""
    seconds = max(int(span.total_seconds()), 0)
    unit, size = next(((unit, size) for unit, size in UNITS if seconds >= 2 * size), ("second", 1))
    count = seconds // size
    return f"{count} {unit}{pluralize(count)}"
