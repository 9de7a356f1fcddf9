"""Hashes of claims: of words and works together, and of the words alone."""

import unicodedata
from collections.abc import Mapping

from articles.text.claims.extraction import BETWEEN_CELLS, FoundClaim, StatementKind
from editorial.record.canonical_json import sha256_hex


def fingerprint(claim: FoundClaim, *, identities: Mapping[str, object]) -> str:
    """Return the SHA-256 over the words of ``claim`` and the identity of each cited work, 64 hexadecimal digits.

    White space, Unicode form, position in the text, and order, keys and numbers of the works make no difference. Any
    other character does, including case: mg is not Mg, 10² is not 102. ``identities`` holds the identity of each key
    (``articles.models.references.identity``).
    """
    cited = sorted({sha256_hex(identities[key]) for key in claim.keys})
    return sha256_hex([normalised_words(claim.text), cited])


def words_hash(claim: FoundClaim) -> str:
    """Return the SHA-256 over the words of ``claim`` alone. It finds the same claim in the next version.

    As in ``fingerprint``, except that the cells of a row may be in any order: the column of each cell is part of the
    claim's context.
    """
    words = normalised_words(claim.text)
    return sha256_hex(sorted(words.split(BETWEEN_CELLS)) if claim.role is StatementKind.ROW else [words])


def normalised_words(text: str) -> str:
    """Return ``text`` as it is hashed: Unicode NFC, and one space for any white space."""
    return " ".join(unicodedata.normalize("NFC", text).split())
