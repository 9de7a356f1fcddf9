"""A version as it is read in the admin: rendered safely, audience by audience, above its numbered references."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from articles import vancouver
from articles.claims import Mark, marked, statements_of
from articles.models import Citation, Rendition, Version
from articles.models.reference import RetractionStatus
from articles.rendering import parse, render_tokens, whole


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


Marks = Mapping[int, Sequence[tuple[str, Mark]]]
"""By rendition: the text of each claim to be marked, in reading order, with its mark."""


def reading(version: Version, *, marks: Marks = MappingProxyType({})) -> Reading:
    """Two queries, whatever the version holds. Claims in ``marks`` that the text does not have are left out."""
    citations = list(version.citations.select_related("reference").order_by("number"))
    return read_texts(version, Rendition.objects.filter(version=version).in_order(), citations, marks=marks)


def read_texts(
    version: Version,
    rows: Iterable[Rendition],
    citations: Sequence[Citation],
    *,
    marks: Marks = MappingProxyType({}),
) -> Reading:
    """``rows`` as they are read above ``citations``, saved or not."""
    numbers = {citation.reference.key: citation.number for citation in citations}
    texts = [
        ReadText(rendition, _html(rendition, numbers, marks.get(rendition.pk, ()), prefix=f"t{position}-"))
        for position, rendition in enumerate(rows, start=1)
    ]
    return Reading(version, texts, [_work(citation) for citation in citations])


def _html(
    rendition: Rendition, numbers: dict[str, int], marks: Sequence[tuple[str, Mark]], *, prefix: str
) -> SafeString:
    """The rendered text; its ids but those of claims get ``prefix``, since several texts stand on one page."""
    tokens = _with_marks(parse(rendition.body), marks)
    return mark_safe(whole(render_tokens(tokens, numbers=numbers, prefix=prefix)))  # noqa: S308 - rendering cleaned it


def _with_marks(tokens: list[Token], marks: Sequence[tuple[str, Mark]]) -> list[Token]:
    """A claim is known by its words: the rules that found it may have been others than today's."""
    waiting: dict[str, list[Mark]] = defaultdict(list)
    for text, mark in reversed(marks):
        waiting[text].append(mark)
    found = statements_of(tokens) if marks else []
    return marked(tokens, [(one, waiting[one.text].pop()) for one in found if one.keys and waiting.get(one.text)])


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
