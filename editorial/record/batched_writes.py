"""Writing in one go, when an action ends, what its parts tell one by one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Writes rows at once; inside ``with together():`` all of them when the block ends, or none if it fails.

    The block belongs inside one transaction and is not nested. No savepoint in it may be rolled back: what waits does
    not know.
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
        """What writing ``rows`` gives back; None while they wait."""
        waiting = self._waiting.get()
        return self._write(rows) if waiting is None else waiting.extend(rows)
