"""Recovery codes of which only a digest is stored: those from before second factors were kept by allauth.

They are stored as ``migrated_codes`` of an ``Authenticator``, where allauth compares a typed code with each of them.
"""

import hmac

from editorial.record.canonical_json import sha256_hex

MARK = "digest"


def without_separators(code: str) -> str:
    """Return ``code`` without the spaces and hyphens with which people type it in groups."""
    return "".join(code.split()).replace("-", "")


def recovery_digest(code: str, *, salt: str) -> str:
    """Return the hash that is stored of a recovery code."""
    return sha256_hex(["imprimatur-recovery/1", salt, without_separators(code)])


def stored_digest(digest: str, *, salt: str) -> str:
    """Return how a digest is stored among encrypted codes."""
    return f"{MARK}:{salt}:{digest}"


class DigestedCode(str):
    """A stored digest that equals the code it was made of."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, code: object) -> bool:
        _mark, salt, digest = self.split(":")
        return hmac.compare_digest(recovery_digest(str(code), salt=salt), digest)
