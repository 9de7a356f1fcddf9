"""Codes of a second factor: those that an app makes every half minute (RFC 6238), and those kept for its loss."""

import hmac
import secrets
from base64 import b32encode
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.crypto import salted_hmac
from django_otp.oath import TOTP

from editorial.canonical import sha256_hex

DIGITS, TOLERANCE = 6, 1
"""What every authenticator app makes unasked; a code is taken a step of 30 seconds before and after its own."""

RECOVERY_CODES, RECOVERY_DIGITS = 10, 20
"""20 random digits, 66 bits, are not found again from a digest; digits alone suit the keyboard shown for codes."""


def new_salt() -> str:
    return secrets.token_hex(32)


def secret_of(salt: str) -> bytes:
    """The secret of an app set up now: 160 bits, as RFC 4226 recommends."""
    return next(_secrets(salt))


def _secrets(salt: str) -> Iterator[bytes]:
    """One for the site's present key and one for each that it had before: apps are not set up anew with the key."""
    for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        yield salted_hmac("imprimatur-second-factor/1", salt, secret=key, algorithm="sha256").digest()[:20]


def spelled(secret: bytes) -> str:
    """The secret as it is typed into an app, in groups of four."""
    return _grouped(b32encode(secret).decode())


def setup_address(secret: bytes, *, account: str) -> str:
    """What the QR code says, as authenticator apps read it."""
    issuer = settings.SITE_NAME
    query = urlencode({"secret": b32encode(secret).decode(), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"


def code_at(secret: bytes, *, at: datetime) -> str:
    """The code that an app with ``secret`` shows at that moment."""
    return f"{_clock(secret, at=at).token():0{DIGITS}}"


def step_of(code: str, *, salt: str, at: datetime) -> int | None:
    """The step of time that ``code`` belongs to, if it is one of those that are good at that moment."""
    for secret in _secrets(salt):
        clock = _clock(secret, at=at)
        for clock.drift in range(-TOLERANCE, TOLERANCE + 1):
            if hmac.compare_digest(f"{clock.token():0{DIGITS}}".encode(), code.encode()):
                return clock.t()
    return None


def _clock(secret: bytes, *, at: datetime) -> TOTP:
    clock = TOTP(secret, digits=DIGITS)
    clock.time = at.timestamp()
    return clock


def typed(code: str) -> str:
    """A code as it was meant: people type it in groups."""
    return "".join(code.split()).replace("-", "")


def new_recovery_codes() -> list[str]:
    return [_grouped(f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}}") for _ in range(RECOVERY_CODES)]


def recovery_digest(code: str, *, salt: str) -> str:
    """What is kept of a recovery code."""
    return sha256_hex(["imprimatur-recovery/1", salt, typed(code)])


def _grouped(characters: str) -> str:
    return " ".join(characters[start : start + 4] for start in range(0, len(characters), 4))
