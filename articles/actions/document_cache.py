"""Writing cached documents, and notifying front-ends of texts that read differently than before."""

from datetime import datetime
from typing import cast

from django.db import transaction

from articles.models import Article
from articles.published import document_cache
from articles.published.document_cache import ground_at
from articles.published.visible_version import Shown
from articles.published.webhook_events import tell_ground, tell_reworded
from editorial.models import EditorialPolicy, SweepTask, User
from editorial.permissions import is_system, require
from editorial.record.sweeps import SubjectLockedError, Sweep, sweep


def write_documents(*, by: User, now: datetime, limit: int) -> int:
    """Write the stale documents of up to ``limit`` articles, each in its own transaction. Returns how many.

    Each changed document queues a message to front-ends; a change that affects all documents queues one message. Raises
    NotPermitted unless ``by`` is the system.
    """
    require(is_system(by), "Only the system writes the documents for readers.")
    with sweep(SweepTask.WRITE_DOCUMENTS, now=now) as run:
        article_ids = document_cache.behind(at=now, limit=limit + run.resting())
        run.is_complete = len(article_ids) < limit
        if article_ids:
            _notify_of_policy_change(run, now=now)
        return len(run.each(Article, article_ids, lambda pk: _write(pk, now=now)))


def _notify_of_policy_change(run: Sweep, *, now: datetime) -> None:
    policy = EditorialPolicy.objects.newest(at=now)
    if policy is not None:
        run.each(EditorialPolicy, [policy.pk], lambda _pk: tell_ground(ground_at(now), now=now))


def _write(article_id: int, *, now: datetime) -> None:
    """Raise SubjectLockedError if another transaction holds the article's lock. The next sweep writes it."""
    if not write_article(article_id, now=now):
        raise SubjectLockedError


@transaction.atomic
def write_article(article_id: int, *, now: datetime) -> bool:
    """Write the rows of one article. Return False if another transaction holds its lock; the next sweep writes it."""
    written = document_cache.write(article_id=article_id, now=now)
    if written is not None and written.is_reworded:
        tell_reworded(cast(Shown, written.shown), occasion=f"mark.{written.mark}")
    return written is not None
