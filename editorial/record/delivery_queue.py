"""Rows that wait to be delivered: workers claim them, retry after growing waits, and give up in the end.

Such a row has ``not_before``, the earliest time of its next attempt, and ``attempts``: how many a server answered, or
left unanswered while it answered others. A claim is a lease, and no attempt. A worker that dies loses nothing: when the
lease of its rows ends (``claimed_until``), another worker claims them.
"""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

JITTER = 0.2
"""The largest part of a wait that is added to it, so that rows that failed together are not retried together."""


class Attempted(Protocol):
    """A row that counts its attempts."""

    pk: int
    attempts: int


def lock_due(due: QuerySet[Row], *, limit: int) -> list[Row]:
    """Lock up to ``limit`` rows of ``due``, in its order, until the transaction ends. Skip what others have locked."""
    return list(due.select_for_update(skip_locked=True, no_key=True, of=("self",))[:limit])


@transaction.atomic
def claim_due(due: QuerySet[Row], *, until: datetime, limit: int) -> list[int]:
    """Reserve up to ``limit`` rows of ``due`` for this worker ``until`` the lease ends.

    Returns their primary keys, in the order of ``due``.
    """
    keys: list[int] = [row.pk for row in lock_due(due.only("pk"), limit=limit)]
    due.model._default_manager.filter(pk__in=keys).update(claimed_until=until)
    return keys


def put_back(claimed: QuerySet[Row], *, due_at: datetime) -> None:
    """Release claimed rows that could not be tried. They are due again ``due_at``, and no attempt is counted."""
    claimed.update(not_before=due_at, claimed_until=None)


def next_attempt(row: Attempted, *, retry_after: Sequence[timedelta], now: datetime) -> datetime | None:
    """Return when ``row``, whose last counted attempt failed, is tried again. None after the last wait: give it up.

    ``retry_after`` has the shortest wait after each failed attempt.
    """
    if row.attempts > len(retry_after):
        return None
    return now + with_jitter(retry_after[row.attempts - 1], f"{row.pk}:{row.attempts}")


def rest(failures: int, *, first: timedelta, longest: timedelta, of: object) -> timedelta:
    """Return how long a server rests after so many failures in a row: ``first``, then doubled up to ``longest``.

    ``of`` identifies the server, so that those that failed together are not tried together.
    """
    return with_jitter(min(first * 2 ** min(failures - 1, 20), longest), f"{of}:{failures}")


def with_jitter(wait: timedelta, seed: str) -> timedelta:
    """Return ``wait``, longer by up to a fifth. The same ``seed`` always waits equally long."""
    return wait * (1 + JITTER * zlib.crc32(seed.encode()) / 2**32)
