"""The records that are read from a file of works: each is a CSL-JSON item or a fault."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import Error as DatabaseFailure

from articles.library.formats.file_text import unstorable
from editorial.record.canonical_json import JSONDict

T = TypeVar("T")

logger = logging.getLogger(__name__)

FATAL = (SoftTimeLimitExceeded, DatabaseFailure, MemoryError)
"""Errors that concern a whole import and not one of its records."""

MAX_RECORDS = 100_000
"""Maximum number of records in a file."""

MAX_RECORD = 256 * 1024
"""Maximum number of characters in a record. An abstract of one page has 3,000."""

MAX_DEPTH = 32
"""Maximum levels of nesting in a record. CSL-JSON has five."""

LOST = "\N{REPLACEMENT CHARACTER}"
"""The character that replaces bytes which the encoding does not have."""

NAMES = ("author", "editor", "translator", "collection-editor", "container-author", "director", "reviewed-author")
DATES = ("issued", "accessed", "event-date", "original-date", "submitted", "available-date")
TEXTS = (
    *("title", "title-short", "container-title", "container-title-short", "collection-title", "publisher"),
    *("publisher-place", "volume", "issue", "page", "edition", "number", "genre", "language", "note", "abstract"),
    *("DOI", "PMID", "PMCID", "ISBN", "ISSN", "URL", "event-title", "source", "archive", "keyword"),
)


@dataclass(frozen=True)
class Found:
    """One record: its first line, its key or title, and the item, or the reason why there is none.

    ``remarks`` are sentences that say what the import left out of the record or changed in it.
    """

    line: int
    label: str
    csl: JSONDict | None = None
    fault: str = ""
    remarks: tuple[str, ...] = ()


def tried(step: Callable[[], T], *, line: int, label: str = "") -> T | Found:
    """Return the result of ``step``. If it fails, return a fault: an error in one record never stops an import."""
    try:
        return step()
    except FATAL:
        raise
    except Exception as error:
        logger.exception("a record of an import failed, line %s", line)
        return Found(line, label, fault=f"It cannot be read ({type(error).__name__}).")


class HasLine(Protocol):
    """A record with its first line."""

    line: int


R = TypeVar("R", bound=HasLine)


def each_tried(records: Iterable[R], read: Callable[[R], Found]) -> Iterator[Found]:
    """Yield what ``read`` makes of each record. An error in one record is its fault."""
    return (tried(partial(read, record), line=record.line) for record in records)


def judged(found: Found) -> Found:
    """Return ``found``, or a fault if its item is not valid CSL-JSON 1.0.2 or cannot be stored."""
    if found.csl is None:
        return found
    fault = fault_of(found.csl)
    return Found(found.line, found.label, fault=fault) if fault else found


def fault_of(csl: Mapping[str, Any]) -> str:
    """Return the first fault of an item, or an empty string."""
    if depth(csl) > MAX_DEPTH:
        return f"It is nested deeper than {MAX_DEPTH} levels."
    if words := unstorable(dict(csl)):
        return f"It {words}."
    if _holds_lost(csl):
        return "It holds bytes that are not UTF-8."
    for name in ("type", "title"):
        if not isinstance(csl.get(name), str) or not csl[name].strip():
            return f"It has no {name}." if csl.get(name) in (None, "") else f"Its {name} is not text."
    return _wrong_type(csl)


def depth(value: object) -> int:
    """Return how many levels ``value`` is nested, counted without recursion, up to one more than ``MAX_DEPTH``."""
    level, members = 0, [value]
    while members and level <= MAX_DEPTH:
        level += 1
        nested = (inner for inner in members if isinstance(inner, dict | list))
        members = [inner for outer in nested for inner in (outer.values() if isinstance(outer, dict) else outer)]
    return level


def _holds_lost(value: object) -> bool:
    if isinstance(value, str):
        return LOST in value
    if isinstance(value, dict):
        return any(LOST in str(name) or _holds_lost(inner) for name, inner in value.items())
    return isinstance(value, list) and any(map(_holds_lost, value))


def _wrong_type(csl: Mapping[str, object]) -> str:
    for name in TEXTS:
        if name in csl and (not isinstance(csl[name], str | int | float) or isinstance(csl[name], bool)):
            return f"Its {name} is not text."
    for name in NAMES:
        if name in csl and not _are_names(csl[name]):
            return f"Its {name} is not a list of names."
    return next((f"Its {name} is not a date." for name in DATES if name in csl and not _is_date(csl[name])), "")


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(person, dict) and all(isinstance(part, str | int) for part in person.values()) for person in value
    )


def _is_date(value: object) -> bool:
    parts = value.get("date-parts", []) if isinstance(value, dict) else None
    return isinstance(parts, list) and all(
        isinstance(part, list) and all(isinstance(number, str | int) for number in part) for part in parts
    )
