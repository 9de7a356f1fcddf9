"""Which articles cite a work now, with which versions, and the claims that cite it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from articles.library.retractions import related_records
from articles.lifecycle import PENDING, State
from articles.models import Article, Citation, Claim, Reference, Rendition, Version
from articles.text.claims import extract
from editorial.permissions import AnyUser

LIVE = PENDING | {State.DRAFT, State.APPROVED, State.SUSPENDED}
"""States of versions that readers see or may see later."""


@dataclass(frozen=True)
class CitedBy:
    """One article that cites a work.

    ``versions`` are its live versions that cite the work, the newest first. ``claims`` are the claims of the newest of
    these that cite the work. ``draft`` and ``in_review`` are the article's, whether they cite the work or not.
    """

    article: Article
    versions: Sequence[Version]
    draft: Version | None
    in_review: Version | None
    claims: Sequence[str]


def records_of(work: Reference) -> dict[int, str]:
    """Return ids and keys of all records of a work: itself, those merged into it, and the one it was merged into."""
    ids = {record for record, _, _ in related_records([work.pk]).get(work.pk, set())} | {work.pk}
    return dict(Reference.objects.filter(pk__in=ids).values_list("pk", "key"))


def articles_citing(work: Reference, *, seen_by: AnyUser) -> QuerySet[Article]:
    """Return the articles that have a live version citing ``work`` and whose record ``seen_by`` may see."""
    citing = Citation.objects.filter(reference__in=records_of(work), version__state__in=LIVE)
    return Article.objects.visible_to(seen_by).filter(pk__in=citing.values("version__article"))


def cited_by(work: Reference, articles: Collection[Article]) -> list[CitedBy]:
    """Return how each of ``articles`` cites ``work``, in their order. Six queries, however many articles there are."""
    records = records_of(work)
    rows = Version.objects.filter(article__in=articles, state__in=LIVE).select_related("article")
    live: dict[int, list[Version]] = {}
    for version in rows.order_by("-number"):
        live.setdefault(version.article_id, []).append(version)
    citing = set(Citation.objects.filter(version__in=rows, reference__in=records).values_list("version", flat=True))
    newest = [next(version for version in live[article.pk] if version.pk in citing) for article in articles]
    claims = _claims(newest, records)
    return [
        CitedBy(
            article=article,
            versions=[version for version in live[article.pk] if version.pk in citing],
            draft=_first(live[article.pk], {State.DRAFT}),
            in_review=_first(live[article.pk], {State.SUBMITTED, State.UNDER_REVIEW}),
            claims=claims.get(version.pk, []),
        )
        for article, version in zip(articles, newest, strict=True)
    ]


def _first(versions: Sequence[Version], states: Collection[State]) -> Version | None:
    return next((version for version in versions if version.state in states), None)


def _claims(versions: Sequence[Version], records: Mapping[int, str]) -> dict[int, list[str]]:
    """Return the claims of each version that cite the work: from the stored claims, or from the text of a draft."""
    keys, texts_by_version = set(records.values()), dict[int, list[str]]()
    frozen = [version for version in versions if version.state != State.DRAFT]
    listed = Claim.objects.filter(rendition__version__in=frozen, references__in=records).distinct()
    ordered = listed.order_by("rendition__version", "-rendition__is_primary", "rendition", "position")
    for version_id, claim_text in ordered.values_list("rendition__version", "text"):
        texts_by_version.setdefault(version_id, []).append(claim_text)
    drafts = [version for version in versions if version.state == State.DRAFT]
    for text in Rendition.objects.filter(version__in=drafts).in_order():
        cited_texts = [claim.text for claim in extract(text.body) if keys & set(claim.keys)]
        texts_by_version.setdefault(text.version_id, []).extend(cited_texts)
    return {version: list(dict.fromkeys(texts)) for version, texts in texts_by_version.items()}
