"""Encryption of secrets that are stored, with keys derived from the site's secret key."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet

from editorial.accounts.derived_secrets import derived

PURPOSE = "imprimatur-stored-secret/1"


def encrypted(text: str) -> str:
    """Return ``text`` encrypted with the site's current key."""
    return _cipher().encrypt(text.encode()).decode()


def decrypted(text: str) -> str:
    """Return what ``encrypted`` made of a text under the current or a former secret key.

    Raises cryptography.fernet.InvalidToken when it was encrypted with another key.
    """
    return _cipher().decrypt(text.encode()).decode()


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in derived(PURPOSE, "")])
