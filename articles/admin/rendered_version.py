"""A version rendered in the admin: each text as safe HTML, and the numbered references."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from urllib.parse import quote

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from articles.admin.marked_text import ClaimMark, mark_plain_text, mark_tokens
from articles.library import vancouver
from articles.library.retraction_notices import checked_on
from articles.models import Citation, Reference, Rendition, Version
from articles.models.references import RetractionStatus
from articles.text.claims import statements_of
from articles.text.comparison.marks import ChangeMark
from articles.text.comparison.versions import Changes
from articles.text.rendering import join_sections, parse, render_tokens
from editorial.admin.chips import chip
from editorial.admin.formatting import short_date


@dataclass(frozen=True)
class RenderedText:
    """One rendered text."""

    rendition: Rendition
    summary: SafeString
    html: SafeString


@dataclass(frozen=True)
class RenderedReference:
    """One reference: its number, its text, and its links."""

    number: int
    words: SafeString
    citation: Citation
    links: Sequence[tuple[str, str]]
    retraction: SafeString


@dataclass(frozen=True)
class RenderedVersion:
    """A rendered version."""

    version: Version
    texts: Sequence[RenderedText]
    works: Sequence[RenderedReference]
    checked_on: date | None
    """The day on which most of the works were checked for retractions; None if none was."""


Marks = Mapping[int, Sequence[tuple[str, ClaimMark]]]
"""For each rendition, the text of each claim to be marked, in reading order, with its mark."""


def render_version(
    version: Version, *, marks: Marks = MappingProxyType({}), changes: Changes | None = None
) -> RenderedVersion:
    """Render a version. Two queries for any content. Claims in ``marks`` that the text does not have are left out.

    ``changes`` since another version are marked, too.
    """
    citations = list(version.citations.select_related("reference").order_by("number"))
    rows = Rendition.objects.filter(version=version).in_order()
    return render_texts(version, rows, citations, marks=marks, changes=changes)


def render_texts(
    version: Version,
    rows: Iterable[Rendition],
    citations: Sequence[Citation],
    *,
    marks: Marks = MappingProxyType({}),
    changes: Changes | None = None,
) -> RenderedVersion:
    """Render ``rows`` with ``citations``, saved or not."""
    numbers = {citation.reference.key: citation.number for citation in citations}
    texts = []
    for position, rendition in enumerate(rows, start=1):
        changed = changes.texts[rendition.pk] if changes else None
        tokens = _with_marks(
            parse(rendition.body),
            marks.get(rendition.pk, ()),
            change_marks=changed.body.change_marks if changed else (),
        )
        html = join_sections(render_tokens(tokens, numbers=numbers, prefix=f"t{position}-"))
        summary = mark_plain_text(rendition.summary, changed.summary.change_marks if changed else ())
        texts.append(RenderedText(rendition, summary, mark_safe(html)))  # noqa: S308 - rendering cleaned it
    works = [citation.reference for citation in citations]
    checked = checked_on(work.retraction_as_of for work in works if work.retraction != RetractionStatus.UNKNOWN)
    return RenderedVersion(version, texts, [_work(citation, checked=checked) for citation in citations], checked)


def _with_marks(
    tokens: list[Token], marks: Sequence[tuple[str, ClaimMark]], *, change_marks: Sequence[ChangeMark]
) -> list[Token]:
    """Return the tokens with their marks.

    Claims are matched by their words, because they may have been extracted by older rules.
    """
    marks_by_text: dict[str, list[ClaimMark]] = defaultdict(list)
    for text, mark in reversed(marks):
        marks_by_text[text].append(mark)
    statements = statements_of(tokens) if marks else []
    claims = [
        (statement, marks_by_text[statement.text].pop())
        for statement in statements
        if statement.keys and marks_by_text.get(statement.text)
    ]
    return mark_tokens(tokens, claims, change_marks)


def _work(citation: Citation, *, checked: date | None) -> RenderedReference:
    return RenderedReference(
        number=citation.number,
        words=vancouver.reference_html(citation.csl),
        citation=citation,
        links=work_links(citation.csl),
        retraction=_retraction(citation.reference, checked=checked),
    )


def _retraction(work: Reference, *, checked: date | None) -> SafeString:
    """Return how the work differs from the sentence above the list, which says when the works were checked."""
    if work.retraction == RetractionStatus.RETRACTED:
        return chip("bad", "Retracted")
    if work.retraction == RetractionStatus.UNKNOWN:
        return SafeString('<span class="quiet">Not known whether it was retracted</span>' if checked else "")
    if work.retraction_as_of == checked:
        return SafeString("")
    return format_html('<span class="quiet">No retraction known on {}</span>', short_date(work.retraction_as_of))


def work_links(csl: dict[str, object]) -> list[tuple[str, str]]:
    """Return names and URLs of a work's pages, built from validated identifiers only."""
    links = []
    if csl.get("DOI"):
        links.append(("DOI", f"https://doi.org/{quote(str(csl['DOI']), safe='/:;().-_')}"))
    if csl.get("PMID"):
        links.append(("PubMed", f"https://pubmed.ncbi.nlm.nih.gov/{csl['PMID']}/"))
    return links
