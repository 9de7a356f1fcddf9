"""Build documents from the record while the cache has no valid one."""

from collections.abc import Collection
from datetime import datetime

from articles.models import Version
from articles.published.document import document, last_modified
from articles.published.sources import Material, materials
from articles.published.visible_version import no_such_article
from editorial.record.canonical_json import JSONDict


def recorded(slug: str, *, audience: str | None, lenient: bool = False, at: datetime) -> tuple[JSONDict, datetime]:
    """Return what ``articles.published.document_cache.read_document`` returns, without the cache. One query."""
    material_by_slug = recorded_of([slug], at=at)
    if not material_by_slug:
        raise no_such_article()
    return document(material_by_slug[slug], audience=audience, lenient=lenient), last_modified(
        material_by_slug[slug].shown
    )


def recorded_of(slugs: Collection[str], *, at: datetime) -> dict[str, Material]:
    """Return the data of the documents of those articles that are public, by slug. One query."""
    versions = Version.objects.filter(article__slug__in=slugs)
    return {material.shown.article.slug: material for material in materials(versions, at=at)}
