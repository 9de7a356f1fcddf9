"""Retractions in words: for readers, for the ledger and for those who have to act."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from articles.models import Citation, Claim, RetractionRecord, Version
from articles.models.retraction import Nature
from articles.retractions import Found

NAMED = 5
"""Works that a reason names; the list of references shows them all."""

CLAIMS = 20
"""Claims that a mail names; the version's page has them all."""

HAPPENED = {
    Nature.RETRACTION: "Retracted",
    Nature.CONCERN: "Expression of concern",
    Nature.CORRECTION: "Corrected",
    Nature.REINSTATEMENT: "Reinstated",
}
"""What a notice says, as a reader is told it beside the work."""


def day(when: date | None) -> str:
    """``15 January 2020``, empty when the day is not known."""
    return f"{when.day} {when:%B %Y}" if when else ""


def notice_url(record: RetractionRecord) -> str:
    """Where the notice itself is to be read; empty if the list does not say."""
    if record.notice_doi:
        return f"https://doi.org/{quote(record.notice_doi, safe='/:;().-_')}"
    return f"https://pubmed.ncbi.nlm.nih.gov/{record.notice_pmid}/" if record.notice_pmid else ""


def notice(record: RetractionRecord) -> dict[str, Any]:
    """A notice about a work as readers are given it. Values are JSON values."""
    return {
        "nature": record.nature,
        "label": HAPPENED[Nature(record.nature)],
        "date": record.notice_date.isoformat() if record.notice_date else None,
        "doi": record.notice_doi or None,
        "url": notice_url(record) or None,
    }


def why(citations: Sequence[Citation], found: Mapping[int, Found]) -> str:
    """Why a version that cites these retracted works cannot stand as it is, in words that readers are shown."""
    told = [_sentence(citation, found[citation.reference_id]) for citation in citations[:NAMED]]
    more = len(citations) - NAMED
    rest = [f"So {'was' if more == 1 else 'were'} {more} more."] if more > 0 else []
    return " ".join([*told, *rest])


def _sentence(citation: Citation, found: Found) -> str:
    newest = found.retractions[0] if found.retractions else None
    on = f" on {day(newest.notice_date)}" if newest and newest.notice_date else ""
    source = f" ({notice_url(newest)})" if newest and notice_url(newest) else ""
    return f"Reference {citation.number}, “{citation.reference.title}”, was retracted{on}{source}."


def touched(version: Version, works: Sequence[int]) -> dict[str, Any]:
    """The claims of ``version`` that stand on these works, for a mail. Two queries."""
    claims = Claim.objects.filter(rendition__version=version, references__in=works).distinct()
    ordered = claims.order_by("-rendition__is_primary", "rendition", "position")
    texts = list(ordered.values_list("text", flat=True)[:CLAIMS])
    return {"claims": texts, "more_claims": claims.count() - len(texts)}
