"""Verify what is stored for readers, and mend what differs from the record."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import chain

from django.db import transaction

from articles.actions.document_cache import write_article
from articles.models import Article, DocumentFinding, DocumentWalk, Passage, Unwritten
from articles.published.document_verification import Difference, verify
from editorial.models import SweepTask, User
from editorial.permissions import is_system, require
from editorial.record.sweeps import sweep

logger = logging.getLogger(__name__)


def verify_documents(*, by: User, now: datetime, limit: int) -> list[Difference]:
    """Verify the next ``limit`` articles, mend what differs, and return it. After the last article the first follows.

    An article that cannot be verified because of an error is recorded and passed over. Raises NotPermitted unless
    ``by`` is the system.
    """
    require(is_system(by), "Only the system verifies the documents for readers.")
    walk = DocumentWalk.objects.first() or DocumentWalk()
    following = Article.objects.filter(pk__gt=walk.last_article).order_by("pk")
    article_ids = list(following.values_list("pk", flat=True)[:limit])
    with sweep(SweepTask.VERIFY_DOCUMENTS, now=now) as run:
        run.is_complete = False
        found = run.each(Article, article_ids, partial(_verify_article, by=by, now=now), has_transactions=True)
    if len(article_ids) < limit:
        walk.last_article, walk.completed_at = 0, now
    else:
        walk.last_article = article_ids[-1]
    walk.verified += len(article_ids)
    walk.save()
    return list(chain.from_iterable(found))


def _verify_article(article_id: int, *, by: User, now: datetime) -> Sequence[Difference]:
    differences = verify(article_id, at=now).differences
    mend_documents(differences=differences, by=by, now=now)
    return differences


def mend_documents(*, differences: Sequence[Difference], by: User, now: datetime) -> None:
    """Record and log the ``differences`` of one article, and rewrite its rows.

    The article is marked as stale with the record of it. So readers get it from the record even if the rows can only be
    rewritten later, because somebody works on the article. Raises NotPermitted unless ``by`` is the system.
    """
    require(is_system(by), "Only the system writes the documents for readers.")
    if not differences:
        return
    article = differences[0].article
    with transaction.atomic():
        for one in differences:
            logger.error("A stored document differs from the record. %s", one)
            about = {"stored_row": one.stored_row, "difference": one.difference, "written_at": one.written_at}
            DocumentFinding.objects.create(article=article, found_at=now, **about)
        Passage.objects.filter(version__article=article).update(code="")
        Unwritten.objects.create(article=article)
    write_article(article.pk, now=now)
