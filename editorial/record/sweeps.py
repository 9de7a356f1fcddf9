"""Sweeps: periodic tasks that process one subject after the other. A subject that fails never hides the others.

Each subject has its own transaction. A failure is a row in ``SweepFailure``; its subject rests for a growing time and
is tried again then. Two sweeps of one task at once do no harm, as long as the actions they call check again under the
lock of the subject.
"""

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

import psycopg
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.db.models import Model

from editorial.exceptions import Refusal
from editorial.models import SweepFailure, SweepTask
from editorial.record.delivery_queue import next_attempt

T = TypeVar("T")

logger = logging.getLogger(__name__)

LOCK_WAIT = timedelta(seconds=2)
"""How long a sweep waits for the lock of one subject."""

BRIEF_LOCK_WAIT = timedelta(milliseconds=50)
"""The same after ``LONG_WAITS`` locked subjects, so that a hundred of them do not cost the time of the task."""

LONG_WAITS = 10

RETRY_AFTER = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360)]
"""Minimum wait after each failed attempt. The last one repeats: a sweep never gives a subject up."""

RETRY_LOCKED_AFTER = [timedelta(minutes=minutes) for minutes in (0, 0, 1, 5)]
"""The same for a subject that was locked. The next sweep tries it at once, because most locks are short."""

LOCK_COUNTED_EVERY = timedelta(minutes=1)
"""A lock counts as one failed attempt in this time. Some sweeps run after every commit."""

PACKAGES = "site-packages"
"""The place of an error is in this project, not in a library that it calls."""

MAX_ERROR = 200
"""Characters of the description of an error."""

LOCKED = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)


class SubjectLockedError(Exception):
    """The lock of a subject is held elsewhere, as found without waiting for it."""


class Sweep:
    """One run of a task over its subjects. Use it as ``with sweep(task, now=now) as run:``.

    ``is_complete`` says whether the run sees all subjects that need processing, and not only a batch of them.
    """

    def __init__(self, task: SweepTask, *, now: datetime) -> None:
        self.task, self.now, self.is_complete = task, now, True
        rows = SweepFailure.objects.filter(task=task)
        self._earlier = {(row.subject_type, row.subject_id): row for row in rows}
        self._done: set[tuple[str, int]] = set()
        self._failed: set[tuple[str, int]] = set()
        self._locked = 0

    def rests(self, model: type[Model], pk: int) -> bool:
        """Return whether the subject failed before and is not yet to be tried again."""
        earlier = self._earlier.get((model._meta.label_lower, pk))
        return earlier is not None and earlier.rests(at=self.now)

    def resting(self) -> int:
        """Return how many subjects rest."""
        return sum(earlier.rests(at=self.now) for earlier in self._earlier.values())

    def each(
        self, model: type[Model], pks: Iterable[int], process: Callable[[int], T], *, has_transactions: bool = False
    ) -> list[T]:
        """Process every subject that does not rest, each in its own transaction. Return the results of those done.

        ``has_transactions`` is for subjects that are processed in several transactions of their own.
        """
        free = (pk for pk in pks if not self.rests(model, pk))
        found = [self._attempt(model, pk, process, has_transactions=has_transactions) for pk in free]
        return [result for results in found for result in results]

    def in_batches(
        self, model: type[Model], pks: Iterable[int], process: Callable[[Sequence[int]], T], *, size: int
    ) -> list[T]:
        """As ``each``, with up to ``size`` subjects in one transaction.

        When a batch fails, each of its subjects is processed by itself.
        """
        results: list[T] = []
        for batch in _batches((pk for pk in pks if not self.rests(model, pk)), size):
            if done := self.together(partial(process, batch)):
                results += done
                self._done |= {(model._meta.label_lower, pk) for pk in batch}
            else:
                results += self.each(model, batch, lambda pk: process([pk]))
        return results

    def together(self, process: Callable[[], T]) -> list[T]:
        """Process several subjects in one transaction. Return the result in a list, which is empty after a failure.

        Then process each of them by itself, to find out which one fails.
        """
        try:
            with self._transaction():
                return [process()]
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            logger.warning("%s: a batch failed, one by one now: %s", self.task, describe(error))
            return []

    def _attempt(self, model: type[Model], pk: int, process: Callable[[int], T], *, has_transactions: bool) -> list[T]:
        """Process one subject. Return its result in a list, which is empty after a failure."""
        try:
            with nullcontext() if has_transactions else self._transaction():
                result = process(pk)
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            self.fail(model, pk, error)
            return []
        self._done.add((model._meta.label_lower, pk))
        return [result]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Open a transaction that waits for a lock no longer than a sweep should."""
        wait = LOCK_WAIT if self._locked < LONG_WAITS else BRIEF_LOCK_WAIT
        with transaction.atomic():
            with connection.cursor() as cursor:
                milliseconds = f"{wait // timedelta(milliseconds=1)}ms"
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [milliseconds])
            yield

    def has_failed(self, model: type[Model], pk: int) -> bool:
        """Return whether the subject failed in this run."""
        return (model._meta.label_lower, pk) in self._failed

    def fail(self, model: type[Model], pk: int, error: Exception) -> None:
        """Log and record a failure, and set when the subject is tried again.

        Raises OperationalError if the database cannot be reached. Then the sweep ends, and no subject is to blame.
        """
        is_lock = isinstance(error, SubjectLockedError) or isinstance(error.__cause__, LOCKED)
        label = model._meta.label_lower
        with transaction.atomic():
            row = _locked_row(self.task, label, pk, now=self.now)
            if not (is_lock and row.is_lock and self.now < row.last_failed_at + LOCK_COUNTED_EVERY):
                _count(row, error, is_lock=is_lock, now=self.now)
        self._failed.add((label, pk))
        self._locked += is_lock
        level, traced = (logging.WARNING, None) if is_lock else (logging.ERROR, error)
        message = "%s: %s %s failed, attempt %s: %s"
        logger.log(level, message, self.task, label, pk, row.attempts, row.error, exc_info=traced)

    def end(self) -> None:
        """Delete the failures of subjects that were processed since, or that need no processing any more."""
        over = [
            row.pk
            for key, row in self._earlier.items()
            if key not in self._failed and (key in self._done or (self.is_complete and not row.rests(at=self.now)))
        ]
        if over:
            SweepFailure.objects.filter(pk__in=over, last_failed_at__lte=self.now).delete()


@contextmanager
def sweep(task: SweepTask, *, now: datetime) -> Iterator[Sweep]:
    """Begin a run of ``task`` and end it, unless it is interrupted by an error that concerns all subjects."""
    run = Sweep(task, now=now)
    yield run
    run.end()


def _batches(pks: Iterator[int], size: int) -> Iterator[list[int]]:
    while batch := list(islice(pks, size)):
        yield batch


def _locked_row(task: SweepTask, label: str, pk: int, *, now: datetime) -> SweepFailure:
    """Return the failure of a subject, a new one if there is none, locked: of two sweeps each counts its attempt."""
    rows = SweepFailure.objects.select_for_update(no_key=True)
    times = dict.fromkeys(("first_failed_at", "last_failed_at", "next_try_at"), now)
    return rows.get_or_create(task=task, subject_type=label, subject_id=pk, defaults=times)[0]


def _count(row: SweepFailure, error: Exception, *, is_lock: bool, now: datetime) -> None:
    row.attempts, row.last_failed_at, row.is_lock, row.error = row.attempts + 1, now, is_lock, describe(error)
    waits = RETRY_LOCKED_AFTER if is_lock else RETRY_AFTER
    endless = [*waits, *[waits[-1]] * row.attempts]
    row.next_try_at = next_attempt(row, retry_after=endless, now=now) or now
    row.save()


def describe(error: Exception) -> str:
    """Return kind and place of ``error``, without its message: that may contain personal data."""
    cause = error.__cause__
    known = [error.code] if isinstance(error, Refusal) else []
    if isinstance(cause, psycopg.Error):
        known = [name for name in (type(cause).__name__, cause.diag.constraint_name) if name]
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if PACKAGES not in frame.filename]
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-1:]]
    return " ".join([type(error).__name__, *known, *places])[:MAX_ERROR]
