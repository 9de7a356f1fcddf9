"""Claims: what a text states, and on which works each statement stands."""

from articles.claims.clinical import is_clinical
from articles.claims.extraction import FoundClaim, Role, extract, statements, statements_of, uncited
from articles.claims.fingerprints import fingerprint

__all__ = ["FoundClaim", "Role", "extract", "fingerprint", "is_clinical", "statements", "statements_of", "uncited"]
