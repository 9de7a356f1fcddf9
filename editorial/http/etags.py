"""Preconditions: what the sender of a request last saw, held against what is there now.

An entity tag names one state of one record. It is compared under the row lock, inside the action, so that nobody
can change the record between the comparison and the write (RFC 9110, section 13).
"""

from dataclasses import dataclass

from editorial.canonical import sha256_hex
from editorial.exceptions import PreconditionFailed


def etag(*parts: str | int | None) -> str:
    """The strong entity tag, with its quotes, of the state that ``parts`` name together.

    32 hexadecimal digits of SHA-256: two states of one record never share a tag in practice.
    """
    return f'"{sha256_hex(list(parts))[:32]}"'


@dataclass(frozen=True)
class Expectation:
    """The states that an ``If-Match`` header lets through: these strong tags, or any at all (``*``)."""

    tags: frozenset[str] = frozenset()
    anything: bool = False

    def check(self, current: str) -> None:
        """Return if the record, whose tag is ``current``, may be changed; raise PreconditionFailed otherwise."""
        if not self.anything and current not in self.tags:
            raise PreconditionFailed("This has changed since you read it. Read it again and decide anew.")
