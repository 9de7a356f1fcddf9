"""The request or task that the current code runs for, to mark log lines with it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token

_marks: ContextVar[Mapping[str, str]] = ContextVar("marks", default={})  # noqa: B039 - nobody writes to it


def marks() -> Mapping[str, str]:
    """Return the marks of log lines written here: ``request_id``, ``task`` and ``task_id``, if present."""
    return _marks.get()


def enter(**more: str) -> Token[Mapping[str, str]]:
    """Add marks until ``leave`` is called with the returned token."""
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
