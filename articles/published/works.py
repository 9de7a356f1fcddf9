"""The reference list of a text, and where in the text each work is cited."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from articles import vancouver
from articles.models import Citation
from articles.retraction_wording import notice
from articles.retractions import Found, shown

ANCHOR = re.compile(r'<a [^>]*?\bid="(cite-(\d+)-\d+)"')
"""What the renderer writes at each citation; in a writer's own words ``<`` and ``"`` are escaped."""


def references(citations: Iterable[Citation], *, found: Mapping[int, Found], html: str) -> list[dict[str, Any]]:
    """The works that the text ``html`` cites, in the order of their numbers.

    Each is told as it was when cited; its kind and whether it was retracted as the library, and what was ``found`` of
    each in the list of retractions, know it today. A work that only another audience's text cites is left out and its
    number with it.
    """
    anchors: dict[int, list[str]] = {}
    for anchor, number in ANCHOR.findall(html):
        anchors.setdefault(int(number), []).append(anchor)
    return [
        _work(citation, anchors[citation.number], shown(citation.reference, found[citation.reference_id]))
        for citation in citations
        if citation.number in anchors
    ]


def _work(citation: Citation, anchors: list[str], found: Found) -> dict[str, Any]:
    reference, csl = citation.reference, citation.csl
    doi, pmid = _identifier(csl, "DOI").lower(), _identifier(csl, "PMID")
    return {
        "number": citation.number,
        "text": vancouver.reference(csl),
        "kind": reference.kind,
        "kind_label": reference.get_kind_display(),
        "doi": doi or None,
        "pmid": pmid or None,
        "url": _url(csl, doi=doi, pmid=pmid),
        "retraction": {
            "status": found.status.value,
            "as_of": found.as_of.isoformat() if found.as_of else None,
            "notices": [notice(record) for record in found.notices],
        },
        "anchors": anchors,
    }


def _identifier(csl: dict[str, Any], name: str) -> str:
    return str(csl.get(name) or "").strip()


def _url(csl: dict[str, Any], *, doi: str, pmid: str) -> str | None:
    """Where the work is found: by DOI, by PMID, or at its own address if that is a web address."""
    if doi:
        return f"https://doi.org/{quote(doi, safe='/:;().-_')}"
    if pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{quote(pmid, safe='')}/"
    own = _identifier(csl, "URL")
    return own if _is_web_address(own) else None


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not re.search(r"[\s<>\"\\]", url)
