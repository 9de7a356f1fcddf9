"""The digest of a version: the hash that signatures are bound to."""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Value

from articles.models import Claim, Version
from articles.models.references import identity
from editorial.record.canonical_json import JSONDict, normalised, sha256_hex

FORMAT = "imprimatur-digest/1"
EVIDENCE_FORMAT = "imprimatur-evidence/2"
FIRST_EVIDENCE_FORMAT = "imprimatur-evidence/1"
"""Versions submitted under it have no words hash and no context of claims in their evidence."""


def content(version: Version) -> JSONDict:
    """Return question, renditions, ordered citations and the identity of each cited work, as JSON values."""
    return {
        "format": FORMAT,
        "question": normalised(version.question),
        "renditions": [
            {
                "audience": rendition.audience.code,
                "primary": rendition.is_primary,
                "summary": normalised(rendition.summary),
                "body": normalised(rendition.body),
            }
            for rendition in sorted(version.renditions.all(), key=lambda rendition: rendition.audience.code)
        ],
        "citations": [
            {"number": citation.number, "key": citation.csl["id"], "work": identity(citation.csl)}
            for citation in sorted(version.citations.all(), key=lambda citation: citation.number)
        ],
    }


def digest(version: Version) -> str:
    """Return the SHA-256 over the canonical JSON of the version's content, 64 hexadecimal digits."""
    return sha256_hex(content(version))


def evidence(version: Version, *, form: str = EVIDENCE_FORMAT) -> str:
    """Return the SHA-256 over what is frozen beside the content: the cited works' records and the claims.

    The ledger records it at submission, so that any later change in them is detected.
    """
    citations = version.citations.order_by("number").values_list("number", "reference", "csl")
    claims = Claim.objects.filter(rendition__version=version).order_by("rendition__audience__code", "position")
    works = claims.annotate(works=ArrayAgg("references", order_by="references", default=Value([])))
    context = () if form == FIRST_EVIDENCE_FORMAT else ("words", "context", "context_words")
    claim_rows = works.values_list("rendition__audience__code", "position", "text", "fingerprint", *context, "works")
    return sha256_hex([form, [list(row) for row in citations], [list(row) for row in claim_rows]])
