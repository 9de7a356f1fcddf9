"""Secret parts of addresses that let in whoever holds them: derived when they are written down, stored as hashes only.

A token follows from the site's secret key and from what it is for, so that every attempt at one mail says the same.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import salted_hmac

from editorial.canonical import canonical_json, sha256_hex

SALT = "imprimatur.tokens"
BYTES = 24
"""192 bits, as 32 characters: beyond guessing, and short enough for a line of a mail."""


def derive(*purpose: str | int) -> str:
    """The token for ``purpose`` under the present secret key."""
    return next(_candidates(purpose))


def recover(kept: str, *purpose: str | int) -> str | None:
    """The token for ``purpose`` whose digest is ``kept``, under the present key or a former one; None under neither."""
    return next((token for token in _candidates(purpose) if digest(token) == kept), None)


def digest(token: str) -> str:
    """What is stored of a token. A slow hash would add nothing: there is no guessing 192 random bits."""
    return sha256_hex(token)


def _candidates(purpose: tuple[str | int, ...]) -> Iterator[str]:
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        mac = salted_hmac(SALT, canonical_json(purpose), secret=key, algorithm="sha256").digest()
        yield urlsafe_b64encode(mac[:BYTES]).decode()
