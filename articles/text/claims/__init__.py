"""Claims: the cited statements of a text."""

from articles.text.claims.clinical import is_clinical
from articles.text.claims.context import Context, claims_in_context
from articles.text.claims.enclosing_blocks import ContextKind, context_part_text
from articles.text.claims.extraction import (
    MARK,
    FoundClaim,
    StatementKind,
    extract,
    statements,
    statements_of,
    uncited_statements,
)
from articles.text.claims.fingerprints import fingerprint, words_hash

__all__ = [
    "MARK",
    "Context",
    "ContextKind",
    "FoundClaim",
    "StatementKind",
    "claims_in_context",
    "context_part_text",
    "extract",
    "fingerprint",
    "is_clinical",
    "statements",
    "statements_of",
    "uncited_statements",
    "words_hash",
]
