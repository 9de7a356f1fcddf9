"""One way to turn a value into bytes, for everything that is hashed."""

import hashlib
import json
import unicodedata
from datetime import UTC, datetime
from typing import Any


def canonical_json(value: Any) -> bytes:
    """``value`` as JSON with sorted keys, no spaces, UTF-8.

    Raises TypeError for what is no JSON and ValueError for NaN and infinity: what has no one spelling is not hashed.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sha256_hex(value: Any) -> str:
    """SHA-256 of the canonical JSON of ``value``, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def timestamp(moment: datetime) -> str:
    """``moment`` in UTC, RFC 3339, always with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def normalised(text: str) -> str:
    """``text`` as it is stored and hashed: Unicode NFC, ``\\n`` line ends, no trailing space, one final form.

    Two texts that a reader cannot tell apart come out the same, so that a no-op save changes no digest.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")
