"""Collect the rows that an action writes one by one, and insert them together when the action ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class BatchedWriter(Generic[T]):
    """Write rows at once, or collect them inside ``with writer():`` and write them all when the block ends.

    If the block fails, none of its rows are written. The block must be inside one transaction and cannot be nested.
    Do not roll back a savepoint inside it: rows collected since that savepoint would still be written.
    """

    def __init__(self, write: Callable[[list[T]], Any]) -> None:
        self._write = write
        self._waiting: ContextVar[list[T] | None] = ContextVar(write.__qualname__, default=None)

    @contextmanager
    def __call__(self) -> Iterator[None]:
        waiting: list[T] = []
        token = self._waiting.set(waiting)
        try:
            yield
        finally:
            self._waiting.reset(token)
        self._write(waiting)

    def write(self, rows: list[T]) -> Any:
        """Write ``rows`` and return what the write function returns, or collect them and return None."""
        waiting = self._waiting.get()
        return self._write(rows) if waiting is None else waiting.extend(rows)
