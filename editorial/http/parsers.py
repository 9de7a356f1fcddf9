"""Strict parsing of request bodies: JSON in UTF-8, and only values that are stored exactly as they were sent."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from math import isfinite
from typing import IO, Any, NoReturn

from rest_framework.parsers import JSONParser

from editorial.exceptions import Fault, Malformed, Unacceptable
from editorial.http.problems import MAX_FAULTS, escape_pointer
from editorial.record.canonical_json import JSONDict

MAX_DEPTH = 32  # levels of nesting; nothing the API takes has more than ten
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_INTEGERS = range(-(2**63), 2**63)  # PostgreSQL's bigint


class StrictJSONParser(JSONParser):
    """Parses ``application/json``, restricted to what all JSON parsers read in the same way (RFC 7493).

    Raises Malformed (400) for a body that is not UTF-8 or not JSON, for NaN and Infinity, for a duplicate key and for
    nesting deeper than ``MAX_DEPTH``. Raises Unacceptable (422), with the places, for text with NUL or half of a
    surrogate pair, and for numbers beyond 64 bits. ``EdgeMiddleware`` has checked the size of the body before.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, object] | None = None,
    ) -> Any:
        value = loads(stream.read())
        faults = tuple(islice(faults_in(value), MAX_FAULTS))
        if faults:
            raise Unacceptable("Some values cannot be stored.", faults=faults)
        return value


def loads(body: bytes) -> Any:
    """Return the value of a JSON text; raise Malformed if it is not valid."""
    try:
        return json.loads(body.decode(), object_pairs_hook=_unique_keys, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not UTF-8 at byte {error.start}.", code="not_utf8") from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise Malformed(f"The body is not JSON: {error}", code="not_json") from error


def _unique_keys(pairs: list[tuple[str, object]]) -> JSONDict:
    members: JSONDict = {}
    for key, value in pairs:
        if key in members:
            raise Malformed(f"The key {json.dumps(key)} occurs twice in one object.", code="duplicate_key")
        members[key] = value
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"{name} is not JSON.", code="not_json")


def _too_deep() -> Malformed:
    return Malformed(f"The body is nested deeper than {MAX_DEPTH} levels.", code="too_deep")


def faults_in(value: object, pointer: str = "", depth: int = 0) -> Iterator[Fault]:
    """Yield a fault for each place in ``value`` that PostgreSQL could not store; raise Malformed if nested too deep."""
    if depth > MAX_DEPTH:
        raise _too_deep()
    if complaint := _value_error(value):
        yield Fault(pointer, *complaint)
    for key, member in _members(value):
        if isinstance(key, str) and _UNSTORABLE.search(key):
            yield Fault(pointer, "bad_text", f"The key {json.dumps(key)} cannot be stored.")
        elif isinstance(member, dict | list) or _value_error(member):  # saves a call for most members
            yield from faults_in(member, f"{pointer}/{escape_pointer(key)}", depth + 1)


def _members(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _value_error(value: object) -> tuple[str, str] | None:
    """Return code and message for a string or number that cannot be stored; None if it can."""
    if isinstance(value, str):
        return ("bad_text", "The text holds a NUL or half of a surrogate pair.") if _UNSTORABLE.search(value) else None
    if isinstance(value, int):
        return None if value in _INTEGERS else ("out_of_range", "The number is beyond 64 bits.")
    if isinstance(value, float) and not isfinite(value):
        return ("out_of_range", "The number is beyond 64 bits.")
    return None
