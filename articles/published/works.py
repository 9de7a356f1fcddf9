"""Build the reference list of a text, with the places where the text cites each work."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from articles.library import vancouver
from articles.library.retraction_notices import checked_on, notice_json
from articles.library.retractions import RetractionCheck, effective_check
from articles.models import Citation
from editorial.record.canonical_json import JSONDict

ANCHOR = re.compile(r'<(?:a|span) [^<>]*?\bid="(cite-(\d+)-\d+)"')
"""The anchor that the renderer writes at each citation; a number inside a range has a ``span``.

In a writer's text ``<`` and ``"`` are escaped, so it cannot match.
"""


def references(citations: Iterable[Citation], *, checks: Mapping[int, RetractionCheck], html: str) -> list[JSONDict]:
    """Return the works that the text ``html`` cites, in the order of their numbers.

    Each is described as it was when cited. Its kind and its retraction status are today's, from the library and from
    ``checks``, the results of the list of retractions. A work that only the text of another audience cites is left out,
    with its number.
    """
    anchors: dict[int, list[str]] = {}
    for anchor, number in ANCHOR.findall(html):
        anchors.setdefault(int(number), []).append(anchor)
    return [
        _work(citation, anchors[citation.number], effective_check(citation.reference, checks[citation.reference_id]))
        for citation in citations
        if citation.number in anchors
    ]


def checked_on_of(references: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the day as of which most of these works of a document were checked for retractions; None if none was."""
    known = (reference["retraction"] for reference in references)
    return checked_on(retraction["as_of"] for retraction in known if retraction["status"] != "unknown")


def retraction_note(retraction: Mapping[str, Any], *, checked: str | None) -> tuple[str, str | None]:
    """Return what to say beside a work, and as of which day; nothing if the sentence above the list says it already.

    ``checked`` is the day in that sentence, None if it says that no work was checked.
    """
    status, as_of = retraction["status"], retraction["as_of"]
    if status == "unknown":
        return "Not known whether it was retracted" if checked else "", None
    if status == "retracted":
        return "Retracted as of", as_of
    if retraction["notices"]:
        return "Not retracted as of", as_of
    return ("", None) if as_of == checked else ("No retraction known on", as_of)


def _work(citation: Citation, anchors: list[str], check: RetractionCheck) -> JSONDict:
    reference, csl = citation.reference, citation.csl
    doi, pmid = _identifier(csl, "DOI").lower(), _identifier(csl, "PMID")
    return {
        "number": citation.number,
        "text": vancouver.reference(csl),
        "html": vancouver.reference_html(csl),
        "kind": reference.kind,
        "kind_label": reference.get_kind_display(),
        "doi": doi or None,
        "pmid": pmid or None,
        "url": _url(csl, doi=doi, pmid=pmid),
        "retraction": {
            "status": check.status.value,
            "as_of": check.as_of.isoformat() if check.as_of else None,
            "notices": [notice_json(record) for record in check.notices],
        },
        "anchors": anchors,
    }


def _identifier(csl: JSONDict, name: str) -> str:
    return str(csl.get(name) or "").strip()


def _url(csl: JSONDict, *, doi: str, pmid: str) -> str | None:
    """Return the URL of the work: by DOI, by PMID, or its own URL if that is a web address."""
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
