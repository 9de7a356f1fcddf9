"""Entity tags, and the check of ``If-Match`` against the current state of a record.

An entity tag identifies one state of one record. It is compared inside the action, under the row lock, so that the
record cannot change between the comparison and the write (RFC 9110, section 13).
"""

from dataclasses import dataclass

from editorial.exceptions import PreconditionFailed
from editorial.record.canonical_json import sha256_hex


def etag(*parts: str | int | None) -> str:
    """Return the strong entity tag, in quotes, of the state that ``parts`` identify.

    It has 32 hexadecimal digits of SHA-256, so in practice two states of one record never have the same tag.
    """
    return f'"{sha256_hex(list(parts))[:32]}"'


@dataclass(frozen=True)
class Expectation:
    """The states that an ``If-Match`` header accepts: these strong tags, or any (``*``)."""

    tags: frozenset[str] = frozenset()
    anything: bool = False

    def check(self, current: str) -> None:
        """Raise PreconditionFailed unless the header accepts ``current``, the tag of the record."""
        if not self.anything and current not in self.tags:
            raise PreconditionFailed("This has changed since you read it. Read it again, then decide.")
