"""Outages of the database: away, overloaded, full or read-only. A request then gets 503, and may be repeated."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from django.db import Error


@dataclass(frozen=True)
class Outage:
    """A reason why the database cannot serve a request now. ``retry_after`` is in seconds."""

    code: str
    detail: str
    retry_after: int


UNAVAILABLE = Outage("database_unavailable", "The site cannot reach its database at the moment.", 5)
OVERLOADED = Outage("database_overloaded", "The database of the site has too much to do at the moment.", 10)
FULL = Outage("storage_full", "The storage of the site is full, so that nothing can be changed at the moment.", 60)
READ_ONLY = Outage("read_only", "The site can be read, but nothing can be changed at the moment.", 30)

BY_SQLSTATE = {
    "08": UNAVAILABLE,  # connection exceptions
    "25006": READ_ONLY,  # read_only_sql_transaction
    "25P03": OVERLOADED,  # idle_in_transaction_session_timeout
    "53": OVERLOADED,  # insufficient resources: too many connections, out of memory
    "53100": FULL,  # disk_full
    "57014": OVERLOADED,  # query_canceled, by statement_timeout
    "57P": UNAVAILABLE,  # shutting down, crashed, starting
    "58": UNAVAILABLE,  # system error, for example of the disk
}
"""Beginnings of SQLSTATE codes (PostgreSQL, appendix A). The longest one that fits decides."""


def outage_of(error: BaseException | None) -> Outage | None:
    """Return the outage that caused a database error; None for every other error."""
    if not isinstance(error, Error | psycopg.Error):
        return None
    cause = error.__cause__ if isinstance(error, Error) else error
    state = getattr(cause, "sqlstate", None)
    if state is None:  # no answer came, so the connection failed or was lost
        return UNAVAILABLE if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError) else None
    fitting = [beginning for beginning in BY_SQLSTATE if state.startswith(beginning)]
    return BY_SQLSTATE[max(fitting, key=len)] if fitting else None


_seen: dict[Outage, datetime] = {}


def note_outage(outage: Outage, *, now: datetime) -> None:
    """Remember that this process met ``outage`` at ``now``."""
    _seen[outage] = now


def recent_outages(*, since: datetime) -> list[Outage]:
    """Return the outages that this process met at or after ``since``, the latest first."""
    recent = [outage for outage, at in _seen.items() if at >= since]
    return sorted(recent, key=_seen.__getitem__, reverse=True)
