"""Canonical JSON: the one byte representation of a value, used for everything that is hashed."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

JSONDict = dict[str, Any]
"""A JSON object as Python reads it: a document, a ledger payload, or a work in CSL-JSON."""

JSON: TypeAlias = str | int | float | bool | Sequence["JSON"] | Mapping[str, "JSON"] | None
"""A value that JSON can represent, for example one field of a ledger payload."""


def canonical_json(value: Any) -> bytes:
    """Return ``value`` as JSON in UTF-8, with sorted keys and without spaces.

    Raises TypeError for values that JSON cannot represent, and ValueError for NaN and infinity, which have no
    standard spelling in JSON.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sha256_hex(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON of ``value``, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def timestamp(moment: datetime) -> str:
    """Return ``moment`` in UTC as RFC 3339, always with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def normalised(text: str) -> str:
    """Return ``text`` as it is stored and hashed: Unicode NFC, ``\\n`` line ends, no trailing spaces, no blank lines
    at either end.

    Two texts that look the same to a reader give the same result, so saving without a change keeps the digest.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")
