"""Build documents from the record while the cache has no valid one, within limits: readers must not wait for others."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore

from articles.models import Version
from articles.published.document import document, last_modified
from articles.published.sources import Material, materials
from articles.published.visible_version import no_such_article
from articles.text import content
from editorial.exceptions import NotReady
from editorial.record.canonical_json import JSONDict

MOST_AT_ONCE = 2
"""How many documents one process builds at the same time. Its other threads go on with what is stored."""

PATIENCE = 2.0
"""Seconds for which a request waits for its turn."""

_turns = BoundedSemaphore(MOST_AT_ONCE)


def recorded(slug: str, *, audience: str | None, lenient: bool = False, at: datetime) -> tuple[JSONDict, datetime]:
    """Return what ``articles.published.document_cache.read_document`` returns, without the cache. One query.

    Raises NotReady while too many documents are being built, and for a text from before there was a limit of its
    length. A worker writes its document, which is given out then.
    """
    material_by_slug = recorded_of([slug], at=at)
    if not material_by_slug:
        raise no_such_article()
    material = material_by_slug[slug]
    if any(len(text.body) > content.MAX_BODY for text in material.texts):
        raise NotReady("This page is being prepared. Please try again in a minute.", retry_after=60)
    with _turn():
        return document(material, audience=audience, lenient=lenient), last_modified(material.shown)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise NotReady("This page is being prepared. Please try again in a few seconds.", retry_after=5)
    try:
        yield
    finally:
        _turns.release()


def recorded_of(slugs: Collection[str], *, at: datetime) -> dict[str, Material]:
    """Return the data of the documents of those articles that are public, by slug. One query."""
    versions = Version.objects.filter(article__slug__in=slugs)
    return {material.shown.article.slug: material for material in materials(versions, at=at)}
