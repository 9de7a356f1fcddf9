"""Secrets of endpoints, and signatures as the Standard Webhooks specification asks."""

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.crypto import salted_hmac

from editorial.canonical import sha256_hex
from editorial.models import EndpointSecret

PREFIX = "whsec_"
PURPOSE = "imprimatur-webhook/1"


class SecretForgottenError(Exception):
    """The secret was made under a key of the site that is not known any more: somebody has to rotate it."""


def new_salt() -> str:
    return secrets.token_hex(32)


def derived(salt: str) -> bytes:
    """The secret of ``salt`` under the site's present key: 256 bits."""
    return next(_candidates(salt))


def _candidates(salt: str) -> Iterator[bytes]:
    for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        yield salted_hmac(PURPOSE, salt, secret=key, algorithm="sha256").digest()


def digest(secret: bytes) -> str:
    """What is kept of a secret, to know it again."""
    return sha256_hex([PURPOSE, spelled(secret)])


def spelled(secret: bytes) -> str:
    """The secret as it is handed to the owner of an endpoint."""
    return PREFIX + b64encode(secret).decode()


def recovered(kept: EndpointSecret) -> bytes | None:
    """The secret of which ``kept`` is kept; None when the key it was made under is gone."""
    return next((secret for secret in _candidates(kept.salt) if digest(secret) == kept.digest), None)


def signature(secret: bytes, *, identity: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 of id, time and body."""
    signed = f"{identity}.{timestamp}.".encode() + body
    return f"v1,{b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()}"


def headers(found: Iterable[bytes], *, identity: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of the specification; one signature for each secret that signs now."""
    signatures = [signature(secret, identity=identity, timestamp=timestamp, body=body) for secret in found]
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
