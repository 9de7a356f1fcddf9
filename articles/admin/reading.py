"""A version as it is read in the admin: rendered safely, audience by audience, above its numbered references."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe

from articles import vancouver
from articles.models import Citation, Rendition, Version
from articles.models.reference import RetractionStatus
from articles.rendering import ATTRIBUTES, TAGS, render, whole


@dataclass(frozen=True)
class ReadText:
    """One rendition to read."""

    rendition: Rendition
    html: SafeString


@dataclass(frozen=True)
class Work:
    """One reference to read: its number, itself in words, and where to find it."""

    number: int
    words: str
    citation: Citation
    links: Sequence[tuple[str, str]]
    is_retracted: bool


@dataclass(frozen=True)
class Reading:
    """All there is to read of a version."""

    version: Version
    texts: Sequence[ReadText]
    works: Sequence[Work]


def reading(version: Version) -> Reading:
    """Two queries, whatever the version holds."""
    citations = list(version.citations.select_related("reference").order_by("number"))
    return read_texts(version, Rendition.objects.filter(version=version).in_order(), citations)


def read_texts(version: Version, rows: Iterable[Rendition], citations: Sequence[Citation]) -> Reading:
    """``rows`` as they are read above ``citations``, saved or not."""
    numbers = {citation.reference.key: citation.number for citation in citations}
    texts = [
        ReadText(rendition, _html(rendition, numbers, prefix=f"t{position}-"))
        for position, rendition in enumerate(rows, start=1)
    ]
    return Reading(version, texts, [_work(citation) for citation in citations])


def _html(rendition: Rendition, numbers: dict[str, int], *, prefix: str) -> SafeString:
    """The rendered text; its ids get a prefix, since several texts stand on one page."""

    def prefixed(_tag: str, name: str, value: str) -> str:
        return f"{prefix}{value}" if name == "id" else value

    html = whole(render(rendition.body, numbers=numbers))
    safe = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=prefixed,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return mark_safe(safe)  # noqa: S308 - nh3 has just cleaned it


def _work(citation: Citation) -> Work:
    return Work(
        number=citation.number,
        words=vancouver.reference(citation.csl),
        citation=citation,
        links=work_links(citation.csl),
        is_retracted=citation.reference.retraction == RetractionStatus.RETRACTED,
    )


def work_links(csl: dict[str, Any]) -> list[tuple[str, str]]:
    """Where the work is: name and address, built from checked identifiers only."""
    links = []
    if csl.get("DOI"):
        links.append(("DOI", f"https://doi.org/{csl['DOI']}"))
    if csl.get("PMID"):
        links.append(("PubMed", f"https://pubmed.ncbi.nlm.nih.gov/{csl['PMID']}/"))
    return links
