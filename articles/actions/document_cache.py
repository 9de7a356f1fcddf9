"""Writing cached documents, and notifying front-ends of texts that read differently than before."""

from datetime import datetime
from typing import cast

from django.db import transaction

from articles.published import document_cache
from articles.published.document_cache import ground_at
from articles.published.visible_version import Shown
from articles.published.webhook_events import tell_ground, tell_reworded
from editorial.models import EditorialPolicy, User
from editorial.permissions import is_system, require


def write_documents(*, by: User, now: datetime, limit: int) -> int:
    """Write the stale documents of up to ``limit`` articles, each in its own transaction. Returns how many.

    Each changed document queues a message to front-ends; a change that affects all documents queues one message. Raises
    NotPermitted unless ``by`` is the system.
    """
    require(is_system(by), "Only the system writes the documents for readers.")
    article_ids = document_cache.behind(at=now, limit=limit)
    if article_ids:
        _notify_of_policy_change(now)
    return sum(write_article(article_id, now=now) for article_id in article_ids)


@transaction.atomic
def _notify_of_policy_change(now: datetime) -> None:
    if EditorialPolicy.objects.newest(at=now) is not None:
        tell_ground(ground_at(now), now=now)


@transaction.atomic
def write_article(article_id: int, *, now: datetime) -> bool:
    """Write the rows of one article. Return False if another transaction holds its lock; the next sweep writes it."""
    written = document_cache.write(article_id=article_id, now=now)
    if written is not None and written.is_reworded:
        tell_reworded(cast(Shown, written.shown), occasion=f"mark.{written.mark}")
    return written is not None
