"""Codes of a second factor: time-based codes of an authenticator app (RFC 6238), and recovery codes."""

import hmac
import secrets
from base64 import b32encode
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django_otp.oath import TOTP

from editorial.accounts.derived_secrets import derived
from editorial.record.canonical_json import sha256_hex

DIGITS, TOLERANCE = 6, 1
"""The default of every authenticator app; a code is also accepted one step of 30 seconds earlier or later."""

RECOVERY_CODES, RECOVERY_DIGITS = 10, 20
"""20 random digits, 66 bits, cannot be found from their digest. Digits alone suit the keyboard shown for codes."""


def secret_of(salt: str) -> bytes:
    """Return the secret of an app that is set up now: 160 bits, as RFC 4226 recommends."""
    return next(_secrets(salt))


def _secrets(salt: str) -> Iterator[bytes]:
    """Yield one for the site's current key and one for each former key, so that a new key leaves apps working."""
    return (secret[:20] for secret in derived("imprimatur-second-factor/1", salt))


def grouped_secret(secret: bytes) -> str:
    """Return the secret as it is typed into an app, in groups of four characters."""
    return _grouped(b32encode(secret).decode())


def setup_address(secret: bytes, *, account: str) -> str:
    """Return the content of the QR code, in the format of authenticator apps."""
    issuer = settings.SITE_NAME
    query = urlencode({"secret": b32encode(secret).decode(), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"


def matching_step(code: str, *, salt: str, at: datetime) -> int | None:
    """Return the number of the time step that ``code`` belongs to, or None if it is not valid at that moment."""
    for secret in _secrets(salt):
        clock = TOTP(secret, digits=DIGITS)
        clock.time = at.timestamp()
        for clock.drift in range(-TOLERANCE, TOLERANCE + 1):
            if hmac.compare_digest(f"{clock.token():0{DIGITS}}".encode(), code.encode()):
                return clock.t()
    return None


def without_separators(code: str) -> str:
    """Return ``code`` without the spaces and hyphens with which people type it in groups."""
    return "".join(code.split()).replace("-", "")


def new_recovery_codes() -> list[str]:
    return [_grouped(f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}") for _ in range(RECOVERY_CODES)]


def recovery_digest(code: str, *, salt: str) -> str:
    """Return the hash that is stored of a recovery code."""
    return sha256_hex(["imprimatur-recovery/1", salt, without_separators(code)])


def _grouped(characters: str) -> str:
    return " ".join(characters[start : start + 4] for start in range(0, len(characters), 4))
