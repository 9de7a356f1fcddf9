"""What readers are told out of the record, as long as nothing is written that is true."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from articles.models import Version
from articles.reading.document import document, last_modified
from articles.reading.material import Material, materials
from articles.reading.shown import no_such_article


def recorded(
    slug: str, *, audience: str | None, lenient: bool = False, at: datetime
) -> tuple[dict[str, Any], datetime]:
    """As ``written.told``, for who has looked already and found nothing that was written beforehand. One query."""
    found = recorded_of([slug], at=at)
    if not found:
        raise no_such_article()
    return document(found[slug], audience=audience, lenient=lenient), last_modified(found[slug].shown)


def recorded_of(slugs: Collection[str], *, at: datetime) -> dict[str, Material]:
    """What readers are told of each of these articles that they are shown, before it is put in words. One query."""
    versions = Version.objects.filter(article__slug__in=slugs)
    return {found.shown.article.slug: found for found in materials(versions, at=at)}
