"""Rows that wait to be delivered: workers claim them, retry after growing waits, and give up in the end.

Such a row has ``not_before``, the earliest time of its next attempt, and ``attempts``, how many were made. A worker
that dies loses nothing: when the lease of its rows ends, another worker claims them.
"""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from django.db import transaction
from django.db.models import F, Model, QuerySet

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
    """Reserve up to ``limit`` rows of ``due`` for this worker ``until`` the lease ends, and count an attempt of each.

    Returns their primary keys, in the order of ``due``.
    """
    keys: list[int] = [row.pk for row in lock_due(due.only("pk"), limit=limit)]
    due.model._default_manager.filter(pk__in=keys).update(not_before=until, attempts=F("attempts") + 1)
    return keys


def put_back(claimed: QuerySet[Row], *, due_at: datetime) -> None:
    """Release claimed rows that could not be tried. They are due again ``due_at``, and no attempt is counted."""
    claimed.update(not_before=due_at, attempts=F("attempts") - 1)


def next_attempt(row: Attempted, *, retry_after: Sequence[timedelta], now: datetime) -> datetime | None:
    """Return when ``row``, which failed just now, is tried again. None after the last of the waits: give it up.

    ``retry_after`` has the shortest wait after each failed attempt. The same attempt always waits equally long.
    """
    if row.attempts > len(retry_after):
        return None
    share = zlib.crc32(f"{row.pk}:{row.attempts}".encode()) / 2**32
    return now + retry_after[max(row.attempts, 1) - 1] * (1 + JITTER * share)
