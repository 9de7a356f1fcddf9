"""Fingerprints: the same claim in the next version is recognised by one."""

import unicodedata
from collections.abc import Mapping

from articles.claims.extraction import FoundClaim
from editorial.canonical import sha256_hex


def fingerprint(claim: FoundClaim, *, identities: Mapping[str, object]) -> str:
    """SHA-256 over the words of ``claim`` and the identity of each work cited at it, 64 hexadecimal digits.

    White space, Unicode form, the order, keys and numbers of the works and the place in the text leave it alone. Any
    other character changes it, capitals included: mg is not Mg, 10² is not 102. ``identities`` holds the identity of
    each key (``reference.identity``).
    """
    cited = sorted({sha256_hex(identities[key]) for key in claim.keys})
    return sha256_hex([" ".join(unicodedata.normalize("NFC", claim.text).split()), cited])
