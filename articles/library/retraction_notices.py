"""Texts about retractions: for readers, for the ledger and for notices."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar
from urllib.parse import quote

from articles.library.retractions import RetractionCheck
from articles.models import Citation, Claim, RetractionRecord, Version
from articles.models.retractions import Nature
from editorial.record.canonical_json import JSONDict

Day = TypeVar("Day", str, date)

NAMED = 5
"""The maximum number of works that a reason names. The list of references shows them all."""

CLAIMS = 20
"""The maximum number of claims that a mail names. The version's page shows them all."""

NATURE_LABELS = {
    Nature.RETRACTION: "Retracted",
    Nature.CONCERN: "Expression of concern",
    Nature.CORRECTION: "Corrected",
    Nature.REINSTATEMENT: "Reinstated",
}
"""The label that readers see beside the work, for each kind of record."""


def checked_on(days: Iterable[Day | None]) -> Day | None:
    """Return the day on which most works of a list were checked for retractions; None if none was.

    ``days`` has a day for each work that was checked. Among days with equally many works, the latest counts. A page
    shows this day once, and beside a work only a different day.
    """
    counted = Counter(day for day in days if day)
    return max(counted, key=lambda day: (counted[day], day), default=None)


def format_date(value: date | None) -> str:
    """Return a date as ``15 January 2020``; empty if it is not known."""
    return f"{value.day} {value:%B %Y}" if value else ""


def notice_url(record: RetractionRecord) -> str:
    """Return the URL of the notice itself; empty if the list does not have it."""
    if record.notice_doi:
        return f"https://doi.org/{quote(record.notice_doi, safe='/:;().-_')}"
    return f"https://pubmed.ncbi.nlm.nih.gov/{record.notice_pmid}/" if record.notice_pmid else ""


def notice_json(record: RetractionRecord) -> JSONDict:
    """Return a notice about a work as readers get it, with JSON values."""
    return {
        "nature": record.nature,
        "label": NATURE_LABELS[Nature(record.nature)],
        "date": record.notice_date.isoformat() if record.notice_date else None,
        "doi": record.notice_doi or None,
        "url": notice_url(record) or None,
    }


def retraction_reason(citations: Sequence[Citation], checks: Mapping[int, RetractionCheck]) -> str:
    """Return why a version that cites these retracted works cannot stay approved, as text for readers."""
    sentences = [_sentence(citation, checks[citation.reference_id]) for citation in citations[:NAMED]]
    remaining = len(citations) - NAMED
    rest = [f"So {'was' if remaining == 1 else 'were'} {remaining} more."] if remaining > 0 else []
    return " ".join([*sentences, *rest])


def _sentence(citation: Citation, check: RetractionCheck) -> str:
    newest = check.retractions[0] if check.retractions else None
    date_text = f" on {format_date(newest.notice_date)}" if newest and newest.notice_date else ""
    source = f" ({notice_url(newest)})" if newest and notice_url(newest) else ""
    return f"Reference {citation.number}, “{citation.reference.plain_title}”, was retracted{date_text}{source}."


def affected_claims(version: Version, works: Sequence[int]) -> JSONDict:
    """Return the claims of ``version`` that cite these works, for a mail. Two queries."""
    claims = Claim.objects.filter(rendition__version=version, references__in=works).distinct()
    ordered = claims.order_by("-rendition__is_primary", "rendition", "position")
    texts = list(ordered.values_list("text", flat=True)[:CLAIMS])
    return {"claims": texts, "more_claims": claims.count() - len(texts)}
