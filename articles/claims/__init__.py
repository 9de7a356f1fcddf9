"""Claims: what a text states, and on which works each statement stands."""

from articles.claims.clinical import is_clinical
from articles.claims.extraction import MARK, FoundClaim, Role, extract, statements, statements_of, uncited
from articles.claims.fingerprints import fingerprint
from articles.claims.marking import Mark, marked

__all__ = [
    "MARK",
    "FoundClaim",
    "Mark",
    "Role",
    "extract",
    "fingerprint",
    "is_clinical",
    "marked",
    "statements",
    "statements_of",
    "uncited",
]
