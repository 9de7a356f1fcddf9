"""In which forms an article is told, and where: the end of the address of each, and its media type."""

from collections.abc import Mapping

from articles.reading.wording import address

MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "html": "text/html",
    "md": "text/markdown",
    "csl.json": "application/vnd.citationstyles.csl+json",
    "ris": "application/x-research-info-systems",
    "bib": "application/x-bibtex",
    "fhir.json": "application/fhir+json",
}
"""Of two forms that are liked alike, the first one is sent."""


def alternates(slug: str, *, audience: str) -> list[dict[str, str]]:
    """Every form of an article for an audience (its code, empty for the primary text), with its address."""
    return [
        {"type": media_type, "url": address("reader:form", slug, suffix, audience=audience)}
        for suffix, media_type in MEDIA_TYPES.items()
    ]


def link_header(slug: str, *, audience: str) -> str:
    """The same as the value of a ``Link`` header (RFC 8288)."""
    found = alternates(slug, audience=audience)
    return ", ".join(f'<{form["url"]}>; rel="alternate"; type="{form["type"]}"' for form in found)
