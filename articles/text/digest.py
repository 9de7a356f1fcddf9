"""The digest of a version: what exactly is signed."""

from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Value

from articles.models import Claim, Version
from articles.models.reference import identity
from editorial.canonical import normalised, sha256_hex

FORMAT = "imprimatur-digest/1"
EVIDENCE_FORMAT = "imprimatur-evidence/1"


def content(version: Version) -> dict[str, Any]:
    """Question, renditions, ordered citations and the identity of each cited work, as JSON values."""
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
    """SHA-256 over the canonical JSON of the version's content, 64 hexadecimal digits."""
    return sha256_hex(content(version))


def evidence(version: Version) -> str:
    """SHA-256 over what is frozen with a version beside its content: the cited works' records and the claims.

    Told to the ledger at submission, so that a changed byte in them is found, too.
    """
    citations = version.citations.order_by("number").values_list("number", "reference", "csl")
    claims = Claim.objects.filter(rendition__version=version).order_by("rendition__audience__code", "position")
    works = claims.annotate(works=ArrayAgg("references", order_by="references", default=Value([])))
    found = works.values_list("rendition__audience__code", "position", "text", "fingerprint", "works")
    return sha256_hex([EVIDENCE_FORMAT, [list(row) for row in citations], [list(row) for row in found]])
