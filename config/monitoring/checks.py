"""The checks of ``/readyz``. Each ends within seconds, even if a server hangs, and reveals no address or password."""

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
from redis.exceptions import OutOfMemoryError, ReadOnlyError, RedisError, ResponseError
from redis.retry import Retry

from config.monitoring.queues import HEARTBEAT, LATE, lengths, mail_server_state, waits
from config.task_queues import Queue
from editorial.models import Notice, TaskRun
from editorial.models.mail_servers import CircuitState
from editorial.monitoring.outages import recent_outages

TIMEOUT = 2
"""Seconds that the database may take to connect, and then to respond."""

REDIS_TIMEOUT = 1
OUTAGE_RECENT = timedelta(minutes=5)
NOTICE_LATE = timedelta(minutes=15)
UNITS = (("day", 86400), ("hour", 3600), ("minute", 60))


@dataclass(frozen=True)
class Check:
    """The result of one check. A warning needs attention, but the process can still serve readers."""

    name: str
    problem: str = ""
    is_warning: bool = False
    note: str = ""

    def __str__(self) -> str:
        if self.problem:
            return f"{'warning' if self.is_warning else 'failed'}: {self.problem}"
        return ": ".join(filter(None, ["ok", self.note]))


def overall_status(results: Iterable[Check]) -> str:
    """Return ``ready``, ``degraded`` (serves requests, with a warning) or ``not ready``."""
    problems = {check.is_warning for check in results if check.problem}
    if False in problems:
        return "not ready"
    return "degraded" if problems else "ready"


def checks(*, now: datetime) -> list[Check]:
    """Run all checks. Those that read tables run only if the database responds and is migrated."""
    state = database_state()
    if state is None:
        return [Check("database", "does not answer"), redis()]
    schema = migrations(state.applied_migrations)
    later_checks = [] if schema.problem else [beat(now=now), queues(now=now), notices(now=now)]
    return [database(state, now=now), schema, redis(), *later_checks]


@dataclass(frozen=True)
class DatabaseState:
    applied_migrations: set[tuple[str, str]]
    is_standby: bool
    is_read_only: bool


STATE = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'"


def database_state() -> DatabaseState | None:
    """Return the state of the database, over a separate connection with short timeouts; None if it is down."""
    parameters: dict[str, Any] = connection.get_connection_params()
    parameters |= {
        "connect_timeout": TIMEOUT,
        "tcp_user_timeout": TIMEOUT * 1000,
        "options": f"-c statement_timeout={TIMEOUT}s",
        "cursor_factory": psycopg.ClientCursor,
    }
    parameters.pop("context", None)
    try:
        with psycopg.connect(**parameters) as probe:
            applied = set(probe.execute("SELECT app, name FROM django_migrations").fetchall())
            ((is_standby, is_read_only),) = probe.execute(STATE).fetchall()
            return DatabaseState(applied, is_standby, is_read_only)
    except psycopg.Error:
        return None


def database(state: DatabaseState, *, now: datetime) -> Check:
    """Warn if nothing can be written, or if this process met an outage lately. Readers can still be served."""
    if state.is_standby:
        return Check("database", "is a standby: readers are served, nothing can be changed", is_warning=True)
    if state.is_read_only:
        return Check("database", "is read-only: readers are served, nothing can be changed", is_warning=True)
    recent = [outage.code for outage in recent_outages(since=now - OUTAGE_RECENT)]
    met = f"answers, but requests failed in the last {age(OUTAGE_RECENT)}: {', '.join(recent)}"
    return Check("database", met, is_warning=True) if recent else Check("database")


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of this code."""
    return frozenset(MigrationLoader(None).disk_migrations)


def migrations(applied: set[tuple[str, str]]) -> Check:
    """Fail if a migration is not applied. Unknown ones are fine: during an upgrade, old code runs on a new schema."""
    missing = len(known_migrations() - applied)
    return Check("migrations", f"{missing} not applied" if missing else "")


REDIS_PROBE = "imprimatur:readyz"
REDIS_REFUSALS = {
    OutOfMemoryError: "its memory is full",
    ReadOnlyError: "it is a read-only replica",
}


def redis() -> Check:
    """Warn if Redis does not respond, or stores nothing. The site works without it, but mails wait."""
    client = Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=REDIS_TIMEOUT,
        socket_timeout=REDIS_TIMEOUT,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        with client:
            client.set(REDIS_PROBE, "", ex=60)
    except ResponseError as error:
        why = REDIS_REFUSALS.get(type(error), "it refuses to write")
        return Check("redis", f"stores nothing, since {why}; mails wait", is_warning=True)
    except RedisError:
        return Check("redis", "does not answer; mails wait", is_warning=True)
    return Check("redis")


def beat(*, now: datetime) -> Check:
    """Warn if beat has not run recently, or no worker serves its queue. Web processes work without them."""
    run = TaskRun.objects.filter(task=HEARTBEAT).first()
    if run is None:
        return Check("beat", "has never ticked, or no worker ran since", is_warning=True)
    ago = now - run.ended_at
    description = f"ticked {age(ago)} ago"
    if ago <= LATE[Queue.CLOCK]:
        return Check("beat", note=description)
    unserved = lengths().get(Queue.CLOCK)
    if unserved:
        description = f"sends, but no worker serves the queue clock: {unserved} task{pluralize(unserved)} wait there"
    return Check("beat", description, is_warning=True)


def queues(*, now: datetime) -> Check:
    """Warn if work of a queue waits too long, and name the queue. The check of beat does this for ``clock``."""
    late = [(queue, wait) for queue, wait in waits(now=now).items() if wait > LATE[queue] and queue is not Queue.CLOCK]
    problems = [f"{queue} is behind, its oldest work has waited for {age(wait)}" for queue, wait in late]
    if mail_server_state(now=now) != CircuitState.CLOSED:
        problems.append("mail rests, because the mail server does not answer")
    return Check("queues", "; ".join(problems), is_warning=True)


def notices(*, now: datetime) -> Check:
    """Warn if a mail waits too long. The mail queue shows which one."""
    waiting = Notice.objects.waiting(at=now)
    if waiting["oldest"] is None:
        return Check("notices", note="none waits")
    description = f"{waiting['owed']} pending, the oldest for {age(now - waiting['oldest'])}"
    late = now - waiting["oldest"] > NOTICE_LATE
    return Check("notices", description, is_warning=True) if late else Check("notices", note=description)


def age(span: timedelta) -> str:
    """Return ``span`` in words, in the largest unit of which it has at least two."""
    seconds = max(int(span.total_seconds()), 0)
    unit, size = next(((unit, size) for unit, size in UNITS if seconds >= 2 * size), ("second", 1))
    count = seconds // size
    return f"{count} {unit}{pluralize(count)}"
