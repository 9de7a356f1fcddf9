"""What is answered already: passages of validly approved articles with their references, and not a word more."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models import Exists, OuterRef

from articles.models import Citation, Passage, Rendition, Version
from articles.models.search import CONFIG
from articles.reading.review import statement, status
from articles.reading.shown import Shown
from articles.reading.wording import address, utc
from articles.reading.works import works
from articles.search.matching import Fit, fits, understand
from articles.search.showing import passage
from articles.search.writing import BEGIN, END
from editorial.models import EditorialPolicy

QUOTED = 2
"""Passages of an article that are quoted."""


def answers(text: str, *, at: datetime) -> list[dict[str, Any]]:
    """The approved articles that answer ``text``, with the passages that do; empty when none does well enough.

    Values are JSON values. At most ten queries.
    """
    policy = EditorialPolicy.objects.published(at=at).first()
    question = understand(text, at=at)
    found = fits(question, at=at) if policy else []
    if policy is None or not found:
        return []
    quoted = _quoted(found, question.any() if question.units else SearchQuery("", config=CONFIG))
    ids = [fit.version_id for fit in found]
    versions = Version.objects.select_related("article").in_bulk(ids)
    cited = _cited(ids, quoted)
    return [
        _answer(Shown(versions[pk], policy, at), [row for row in quoted if row.version_id == pk], cited[pk])
        for pk in ids
    ]


def _quoted(found: Sequence[Fit], query: SearchQuery) -> list[Passage]:
    """The best passages of each article, in the order in which they stand in it."""
    headline = SearchHeadline("text", query, config=CONFIG, start_sel=BEGIN, stop_sel=END, highlight_all=True)
    primary = Rendition.objects.filter(version=OuterRef("version"), audience=OuterRef("audience"), is_primary=True)
    passages = Passage.objects.filter(pk__in=[pk for fit in found for pk in fit.passages[:QUOTED]])
    annotated = passages.annotate(snippet=headline, is_primary=Exists(primary)).select_related("audience")
    return list(annotated.order_by("version_id", "-is_primary", "audience_id", "position"))


def _cited(version_ids: Sequence[int], quoted: Iterable[Passage]) -> dict[int, list[dict[str, Any]]]:
    """The works that the passages of each version cite, as readers are told of them."""
    wanted = {(row.version_id, number) for row in quoted for number in row.numbers}
    citations = Citation.objects.filter(version__in=version_ids).select_related("reference").order_by("number")
    cited = [citation for citation in citations if (citation.version_id, citation.number) in wanted]
    told = list(zip(cited, works(cited), strict=True))
    return {pk: [work for citation, work in told if citation.version_id == pk] for pk in version_ids}


def _answer(shown: Shown, quoted: Sequence[Any], references: list[dict[str, Any]]) -> dict[str, Any]:
    version, slug = shown.version, shown.article.slug
    return {
        "slug": slug,
        "question": version.question,
        "status": status(shown).value,
        "statement": statement(shown),
        "last_reviewed": utc(version.approved_at),
        "next_review_due": utc(version.valid_until),
        "passages": [_passage(row, slug) for row in quoted],
        "references": references,
        "url": address("reader:article", slug),
        "html": address("pages:article", slug),
    }


def _passage(row: Any, slug: str) -> dict[str, Any]:
    page = address("pages:article", slug, audience="" if row.is_primary else row.audience.code)
    told = passage(row.snippet, section=row.section, heading=row.heading, numbers=row.numbers, page=page)
    return told | {"audience": {"code": row.audience.code, "name": row.audience.name}}
