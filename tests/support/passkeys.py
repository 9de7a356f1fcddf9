"""A passkey in software, which answers as a browser with an authenticator does (WebAuthn Level 3)."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from tests.support.factories import PASSWORD

SITE = "http://127.0.0.1:8000"
"""``SITE_URL`` of the tests."""
VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass
class Passkey:
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    number: bytes = b"passkey"
    count: int = 0
    owner: str = ""

    def created(self, options: dict[str, Any], *, origin: str = SITE, flags: int = VERIFIED) -> dict[str, Any]:
        """Return the credential for ``creation_options``."""
        asked = options["publicKey"]
        self.owner = asked["user"]["id"]
        said = CollectedClientData.create("webauthn.create", asked["challenge"], origin)
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.number, public)
        attested = self._data(asked["rp"]["id"], flags | AuthenticatorData.FLAG.AT, credential)
        answer = {"attestationObject": websafe_encode(AttestationObject.create("none", attested, {}))}
        return self._answer(said, answer, clientExtensionResults={"credProps": {"rk": True}})

    def shown(
        self, options: dict[str, Any], *, origin: str = SITE, flags: int = VERIFIED, challenge: str = ""
    ) -> dict[str, Any]:
        """Return the credential for ``request_options``. Each one has a higher count."""
        asked = options["publicKey"]
        self.count += 1
        said = CollectedClientData.create("webauthn.get", challenge or asked["challenge"], origin)
        data = self._data(asked["rpId"], flags)
        signature = self.key.sign(data + said.hash, ec.ECDSA(hashes.SHA256()))
        answer = {"authenticatorData": websafe_encode(data), "signature": websafe_encode(signature)}
        return self._answer(said, {**answer, "userHandle": self.owner})

    def _data(self, site: str, flags: int, credential: bytes = b"") -> AuthenticatorData:
        hashed = sha256(site.encode()).digest()
        return AuthenticatorData.create(hashed, AuthenticatorData.FLAG(flags), self.count, credential)

    def _answer(self, said: CollectedClientData, answer: dict[str, str], **more: Any) -> dict[str, Any]:
        number = websafe_encode(self.number)
        response = {"clientDataJSON": websafe_encode(said), **answer}
        return {"type": "public-key", "id": number, "rawId": number, "response": response, **more}


def add(client: Client, passkey: Passkey, **chosen: Any) -> Any:
    """Add ``passkey`` on the page for it; the person is logged in and has no second factor yet."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_add_webauthn"))
    credential = passkey.created(page.context["js_data"]["creation_options"], **chosen)
    return client.post(
        reverse("mfa_add_webauthn"), {"name": "", "passwordless": "on", "credential": json.dumps(credential)}
    )


def log_in_options(client: Client) -> dict[str, Any]:
    return client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()["request_options"]


def log_in_by(client: Client, credential: dict[str, Any]) -> Any:
    return client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(credential)})
