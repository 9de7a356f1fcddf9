"""Secret tokens in links that grant access without a login. Only their hashes are stored.

A token is derived from the site's secret key and its purpose, so every attempt to send one mail has the same link.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator

from django.utils.crypto import constant_time_compare

from editorial.accounts.derived_secrets import derived
from editorial.record.canonical_json import canonical_json, sha256_hex

SALT = "imprimatur.tokens"
BYTES = 24
"""192 bits, as 32 characters: infeasible to guess, and short enough for one line of a mail."""


def derive(*purpose: str | int) -> str:
    """Return the token for ``purpose`` under the current secret key."""
    return next(_candidates(purpose))


def recover(stored_digest: str, *purpose: str | int) -> str | None:
    """Return the token for ``purpose`` that has this digest, under the current or a former secret key, or None."""
    return next((token for token in _candidates(purpose) if token_digest(token) == stored_digest), None)


def matches(token: str, *purpose: str | int) -> bool:
    """Return whether ``token`` is the one for ``purpose``, under the current or a former secret key."""
    return any(constant_time_compare(token, candidate) for candidate in _candidates(purpose))


def token_digest(token: str) -> str:
    """Return the hash that is stored. A slow hash is not needed, because 192 random bits cannot be guessed."""
    return sha256_hex(token)


def _candidates(purpose: tuple[str | int, ...]) -> Iterator[str]:
    for secret in derived(SALT, canonical_json(purpose)):
        yield urlsafe_b64encode(secret[:BYTES]).decode()
