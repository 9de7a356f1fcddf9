"""On whose behalf something is done: the request that asked for it, and the task that does it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token

_marks: ContextVar[Mapping[str, str]] = ContextVar("marks", default={})  # noqa: B039 - nobody writes to it


def marks() -> Mapping[str, str]:
    """What every line of the log is marked with here: ``request_id``, ``task``, ``task_id``, as far as there are."""
    return _marks.get()


def enter(**more: str) -> Token[Mapping[str, str]]:
    """Add marks until ``leave`` is called with what this returns."""
    return _marks.set({**_marks.get(), **{name: value for name, value in more.items() if value}})


def leave(token: Token[Mapping[str, str]]) -> None:
    _marks.reset(token)


@contextmanager
def within(**more: str) -> Iterator[None]:
    """Add marks for as long as the block runs."""
    token = enter(**more)
    try:
        yield
    finally:
        leave(token)
