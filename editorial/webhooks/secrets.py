"""Secrets of endpoints, and signatures by the Standard Webhooks specification."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable

from editorial.accounts import derived_secrets
from editorial.models import EndpointSecret
from editorial.record.canonical_json import sha256_hex

PREFIX = "whsec_"
PURPOSE = "imprimatur-webhook/1"


class SecretForgottenError(Exception):
    """The secret was derived from a key of the site that is no longer known. An administrator has to rotate it."""


def derived(salt: str) -> bytes:
    """Return the secret of ``salt`` under the site's current key: 256 bits."""
    return next(derived_secrets.derived(PURPOSE, salt))


def digest(secret: bytes) -> str:
    """Return the digest of a secret, which is stored to recognise it."""
    return sha256_hex([PURPOSE, spelled(secret)])


def spelled(secret: bytes) -> str:
    """Return the secret in the form that the owner of an endpoint gets."""
    return PREFIX + b64encode(secret).decode()


def recovered(row: EndpointSecret) -> bytes | None:
    """Return the secret of ``row``; None if the key that it was derived from is gone."""
    return next((secret for secret in derived_secrets.derived(PURPOSE, row.salt) if digest(secret) == row.digest), None)


def signature(secret: bytes, *, identity: str, timestamp: int, body: bytes) -> str:
    """Return ``v1,`` and the HMAC-SHA256 of id, time and body, in Base64."""
    signed = f"{identity}.{timestamp}.".encode() + body
    return f"v1,{b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()}"


def headers(signing_secrets: Iterable[bytes], *, identity: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of the specification, with one signature for each secret in ``signing_secrets``."""
    signatures = [signature(secret, identity=identity, timestamp=timestamp, body=body) for secret in signing_secrets]
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
