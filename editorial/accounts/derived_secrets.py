"""Secrets derived from the site's secret key, so that none of them is stored.

When ``SECRET_KEY`` is changed, keep the former keys in ``SECRET_KEY_FALLBACKS``: secrets derived from them are then
still recognised.
"""

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import salted_hmac


def new_salt() -> str:
    """Return 256 random bits in hexadecimal, from which one secret is derived."""
    return secrets.token_hex(32)


def derived(purpose: str, salt: str | bytes) -> Iterator[bytes]:
    """Yield 32 bytes for ``purpose`` and ``salt``: under the current key first, then under each former key."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac(purpose, salt, secret=key, algorithm="sha256").digest()
