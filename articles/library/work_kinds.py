"""Deriving the kind of a work from its record. A kind that a person set is never changed."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings

from articles.models.references import WorkKind

KINDS_BY_PUBLICATION_TYPE: Mapping[str, WorkKind] = {
    "practice guideline": WorkKind.GUIDELINE,
    "guideline": WorkKind.GUIDELINE,
    "consensus statement": WorkKind.GUIDELINE,
    "consensus development conference": WorkKind.GUIDELINE,
    "meta-analysis": WorkKind.SYSTEMATIC_REVIEW,
    "network meta-analysis": WorkKind.SYSTEMATIC_REVIEW,
    "systematic review": WorkKind.SYSTEMATIC_REVIEW,
    "scoping review": WorkKind.REVIEW,
    "review": WorkKind.REVIEW,
    "randomized controlled trial": WorkKind.RESEARCH,
    "controlled clinical trial": WorkKind.RESEARCH,
    "clinical trial": WorkKind.RESEARCH,
    "observational study": WorkKind.RESEARCH,
    "multicenter study": WorkKind.RESEARCH,
    "comparative study": WorkKind.RESEARCH,
    "case reports": WorkKind.RESEARCH,
}
"""Kinds by PubMed's publication types (MeSH category V). The first match counts."""

KINDS_BY_CSL_TYPE: Mapping[str, WorkKind] = {
    "chapter": WorkKind.TEXTBOOK,
    "book": WorkKind.TEXTBOOK,
    "entry-encyclopedia": WorkKind.TEXTBOOK,
    "webpage": WorkKind.WEB_PAGE,
    "post-weblog": WorkKind.WEB_PAGE,
}
"""Kinds by CSL type, if nothing else is known."""

LABEL_HOSTS = ("dailymed.nlm.nih.gov", "labels.fda.gov", "accessdata.fda.gov")
LABEL_WORDS = re.compile(
    r"\bprescribing information\b|\bpackage (?:insert|leaflet)\b|\bsummary of product characteristics\b|\bdrug label\b",
    re.IGNORECASE,
)
LABEL_SOURCES = re.compile(r"\bdailymed\b", re.IGNORECASE)


def kind_of(csl: Mapping[str, object]) -> WorkKind:
    """Return the kind given in ``custom.kind``, or else derived from source, publication types or type of ``csl``."""
    custom = csl.get("custom")
    stated = custom.get("kind") if isinstance(custom, dict) else None
    if isinstance(stated, str) and stated in WorkKind.values:
        return WorkKind(stated)
    return _by_source(csl) or _by_publication_types(csl) or _by_type(csl)


def _by_source(csl: Mapping[str, object]) -> WorkKind | None:
    host = _host(csl.get("URL"))
    if host and host == _host(settings.SITE_URL) and not host.replace(".", "").isdecimal():
        return WorkKind.OWN_CONTENT
    publisher = " ".join(str(csl.get(name) or "") for name in ("publisher", "container-title"))
    has_label_words = LABEL_WORDS.search(str(csl.get("title") or "")) or LABEL_WORDS.search(str(csl.get("genre") or ""))
    on_label_site = any(host == label or host.endswith(f".{label}") for label in LABEL_HOSTS)
    if on_label_site or LABEL_SOURCES.search(publisher) or (has_label_words and csl.get("type") != "article-journal"):
        return WorkKind.DRUG_LABEL
    return None


def _host(url: object) -> str:
    try:
        return (urlsplit(url).hostname or "") if isinstance(url, str) else ""
    except ValueError:
        return ""


def publication_types(csl: Mapping[str, object]) -> list[str]:
    """Return PubMed's publication types: from ``custom.publication-types`` or, in other programs' files, ``genre``."""
    custom = csl.get("custom")
    stored = custom.get("publication-types") if isinstance(custom, dict) else None
    names = [*(stored if isinstance(stored, list) else []), csl.get("genre")]
    return [name for name in names if isinstance(name, str)]


def _by_publication_types(csl: Mapping[str, object]) -> WorkKind | None:
    names = {name.strip().casefold() for name in publication_types(csl)}
    return next((kind for name, kind in KINDS_BY_PUBLICATION_TYPE.items() if name in names), None)


def _by_type(csl: Mapping[str, object]) -> WorkKind:
    kind = csl.get("type")
    return KINDS_BY_CSL_TYPE.get(kind, WorkKind.OTHER) if isinstance(kind, str) else WorkKind.OTHER
