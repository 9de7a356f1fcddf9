"""What kind of work a record describes, as far as the record tells. People correct it; what they say stays."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from articles.models.reference import Kind

OF_PUBLICATION_TYPE: Mapping[str, Kind] = {
    "practice guideline": Kind.GUIDELINE,
    "guideline": Kind.GUIDELINE,
    "consensus statement": Kind.GUIDELINE,
    "consensus development conference": Kind.GUIDELINE,
    "meta-analysis": Kind.SYSTEMATIC_REVIEW,
    "network meta-analysis": Kind.SYSTEMATIC_REVIEW,
    "systematic review": Kind.SYSTEMATIC_REVIEW,
    "scoping review": Kind.REVIEW,
    "review": Kind.REVIEW,
    "randomized controlled trial": Kind.RESEARCH,
    "controlled clinical trial": Kind.RESEARCH,
    "clinical trial": Kind.RESEARCH,
    "observational study": Kind.RESEARCH,
    "multicenter study": Kind.RESEARCH,
    "comparative study": Kind.RESEARCH,
    "case reports": Kind.RESEARCH,
}
"""PubMed's publication types (MeSH category V), the one that says most first."""

OF_TYPE: Mapping[str, Kind] = {
    "chapter": Kind.TEXTBOOK,
    "book": Kind.TEXTBOOK,
    "entry-encyclopedia": Kind.TEXTBOOK,
    "webpage": Kind.WEB_PAGE,
    "post-weblog": Kind.WEB_PAGE,
}
"""What a CSL type alone says."""

LABEL_HOSTS = ("dailymed.nlm.nih.gov", "labels.fda.gov", "accessdata.fda.gov")
LABEL_WORDS = re.compile(
    r"\bprescribing information\b|\bpackage (?:insert|leaflet)\b|\bsummary of product characteristics\b|\bdrug label\b",
    re.IGNORECASE,
)
LABEL_SOURCES = re.compile(r"\bdailymed\b", re.IGNORECASE)


def kind_of(csl: Mapping[str, Any]) -> Kind:
    """The kind that ``csl`` states in ``custom.kind``, or else the one that source, publication types or type tell."""
    custom = csl.get("custom")
    stated = custom.get("kind") if isinstance(custom, dict) else None
    if isinstance(stated, str) and stated in Kind.values:
        return Kind(stated)
    return _by_source(csl) or _by_publication_types(csl) or _by_type(csl)


def _by_source(csl: Mapping[str, Any]) -> Kind | None:
    host = _host(csl.get("URL"))
    if host and host == _host(settings.SITE_URL) and not host.replace(".", "").isdecimal():
        return Kind.OWN_CONTENT
    publisher = " ".join(str(csl.get(name) or "") for name in ("publisher", "container-title"))
    named = LABEL_WORDS.search(str(csl.get("title") or "")) or LABEL_WORDS.search(str(csl.get("genre") or ""))
    at_home = any(host == label or host.endswith(f".{label}") for label in LABEL_HOSTS)
    if at_home or LABEL_SOURCES.search(publisher) or (named and csl.get("type") != "article-journal"):
        return Kind.DRUG_LABEL
    return None


def _host(url: Any) -> str:
    try:
        return (urlsplit(url).hostname or "") if isinstance(url, str) else ""
    except ValueError:
        return ""


def publication_types(csl: Mapping[str, Any]) -> list[str]:
    """PubMed's publication types, kept in ``custom.publication-types`` and, by other programs, in ``genre``."""
    custom = csl.get("custom")
    kept = custom.get("publication-types") if isinstance(custom, dict) else None
    named = [*(kept if isinstance(kept, list) else []), csl.get("genre")]
    return [name for name in named if isinstance(name, str)]


def _by_publication_types(csl: Mapping[str, Any]) -> Kind | None:
    named = {name.strip().casefold() for name in publication_types(csl)}
    return next((kind for name, kind in OF_PUBLICATION_TYPE.items() if name in named), None)


def _by_type(csl: Mapping[str, Any]) -> Kind:
    kind = csl.get("type")
    return OF_TYPE.get(kind, Kind.OTHER) if isinstance(kind, str) else Kind.OTHER
