"""The cache of documents, list entries and histories: a reader's request costs one query and no rendering.

The same worker writes the passages and words that search uses.

No reader gets a stale document. PostgreSQL marks an article as stale in the transaction that changes anything readers
see of it: see the triggers of migration ``0006_readings``. A document is also stale if its approval has lapsed, or if
it was written under another policy, list of retractions or code (``articles.published.document_format``). Instead of a
stale document, readers get one from the record, until the worker has rewritten it. A worker that stops makes requests
slower, never wrong.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from articles.models import Article, Document, ListEntry, Passage, Past, Unwritten
from articles.published.article_list import EVERYTHING, Filters
from articles.published.document import entity_tag, standing_in, unknown_audience
from articles.published.document_format import code, code_of, is_newer
from articles.published.document_rows import UNREADABLE, compressed, rows_of, uncompressed
from articles.published.history import history
from articles.published.prepared_queries import look_up
from articles.published.search.indexing import write_search
from articles.published.uncached import recorded
from articles.published.visible_version import Shown, find
from editorial.record.canonical_json import JSONDict
from editorial.sql_files import statement

PRIMARY = statement(__package__, "primary_document")
FOR_AUDIENCE = statement(__package__, "document_for_audience")
AUDIENCES_AND_PRIMARY = statement(__package__, "audiences_and_primary_document")
AUDIENCES_AND_DOCUMENT = statement(__package__, "audiences_and_document")
HISTORY = statement(__package__, "history")
LIST = statement(__package__, "article_list")
LIST_BACK = statement(__package__, "article_list_back")
FILTERED_LIST = statement(__package__, "filtered_article_list")
FILTERED_LIST_BACK = statement(__package__, "filtered_article_list_back")
NO_CHANGE_UNDER_WAY = statement(__package__, "no_change_under_way")
GROUNDS = statement(__package__, "stored_grounds")
TO_REWRITE = statement(__package__, "articles_to_rewrite")

LOWER = {"cites", "product"}
"""Filters that ignore case."""

NEWEST = 2**63 - 1
"""The position of the first page: no article has a greater id."""


@dataclass(frozen=True)
class Ready:
    """A document as it is sent. ``gzipped`` is None if the reader has it already.

    ``is_asked_for`` is False if the requested audience does not exist. Then this is the primary text.
    """

    is_asked_for: bool
    etag: str
    last_modified: datetime
    gzipped: bytes | None


def ready(slug: str, *, audience: str | None, known: Sequence[str] = (), at: datetime) -> Ready | None:
    """Return the cached document for ``audience``, or of its fallback text; None if none is valid ``at`` that time.

    ``known`` has the entity tags of the documents that the reader has. One query.
    """
    parameters = _asked(slug, audience=audience, known=known, at=at)
    rows = look_up(FOR_AUDIENCE if audience else PRIMARY, parameters)
    return _ready(rows[0], audience=audience, known=known) if rows else None


def _asked(slug: str, *, audience: str | None, known: Sequence[str] = (), at: datetime) -> JSONDict:
    parameters = {"slug": slug, "known": ",".join(known), "at": at, "code": code()}
    return parameters | {"audience": audience} if audience else parameters


def _ready(row: Sequence[Any], *, audience: str | None, known: Sequence[str] = ()) -> Ready:
    audience_of_text, etag, last_modified, gzipped, missed = row
    if audience is None or missed is None:
        return Ready(audience in (None, audience_of_text), etag, last_modified, gzipped)
    document_json = standing_in(uncompressed(gzipped), code=audience, name=missed)
    etag = entity_tag(document_json)
    gzipped = None if etag in known else compressed(document_json)
    return Ready(is_asked_for=True, etag=etag, last_modified=last_modified, gzipped=gzipped)


def read_document(slug: str, *, audience: str | None, lenient: bool = False, at: datetime) -> tuple[JSONDict, datetime]:
    """Return the document of an article for ``audience`` at ``at`` (see ``document``), and its ``last_modified``.

    One query if it is cached. Raises NotFound for an article that readers may not see, Retracted for a retracted one,
    and Unacceptable for an audience that does not exist, unless ``lenient``.
    """
    return _opened(ready(slug, audience=audience, at=at), slug, audience=audience, lenient=lenient, at=at)


def read_for_page(slug: str, *, audience: str | None, lenient: bool, at: datetime) -> tuple[JSONDict, list[Any]]:
    """Return the document as ``read_document`` does, and code and name of every audience that a reader can choose.

    One query if it is cached. Raises what ``read_document`` raises.
    """
    parameters = _asked(slug, audience=audience, at=at)
    [(choice, *row)] = look_up(AUDIENCES_AND_DOCUMENT if audience else AUDIENCES_AND_PRIMARY, parameters)
    cached = _ready(row, audience=audience) if row[0] else None
    return _opened(cached, slug, audience=audience, lenient=lenient, at=at)[0], choice


def _opened(
    cached: Ready | None, slug: str, *, audience: str | None, lenient: bool, at: datetime
) -> tuple[JSONDict, datetime]:
    if cached is None:
        return recorded(slug, audience=audience, lenient=lenient, at=at)
    if not (cached.is_asked_for or lenient):
        raise unknown_audience(str(audience))
    return uncompressed(cached.gzipped or b""), cached.last_modified


def read_history(slug: str, *, at: datetime) -> JSONDict:
    """Return the public history of an article at ``at`` (see ``history``). One query if it is cached.

    Raises NotFound for an article that readers may not see.
    """
    rows = look_up(HISTORY, {"slug": slug, "at": at, "code": code()})
    return json.loads(rows[0][0]) if rows else history(find(slug, at=at))


def page(
    *, filters: Filters, at: datetime, limit: int, after: Sequence[str] | None = None, back: bool = False
) -> list[JSONDict]:
    """Return entries of the list, the newest first from the position ``after`` on, or ``back`` from it. One query.

    Returns no entries at all while a part of the list is stale.
    """
    article = int(after[0]) if after is not None else NEWEST
    parameters: dict[str, Any] = {"at": at, "code": code(), "article": article, "limit": limit}
    if filters == EVERYTHING:
        rows = look_up(LIST_BACK if back else LIST, parameters)
    else:
        given = {name: value.lower() if name in LOWER else value for name, value in asdict(filters).items()}
        parameters |= {name: value or None for name, value in given.items()}
        with connection.cursor() as cursor:
            cursor.execute(FILTERED_LIST_BACK if back else FILTERED_LIST, parameters)
            rows = cursor.fetchall()
    return [{"article_id": article, "pk": version, "told": words} for article, version, words in rows]


def behind(*, at: datetime, limit: int) -> list[int]:
    """Return the ids of up to ``limit`` articles whose cached documents are stale and not written by newer code."""
    own, grounds = ground_at(at), [ground for (ground,) in look_up(GROUNDS, {})]
    newer = [ground for ground in grounds if is_newer(code_of(ground))]
    stale = [ground for ground in grounds if ground not in (own, *newer)]
    with connection.cursor() as cursor:
        cursor.execute(TO_REWRITE, {"at": at, "stale": stale, "newer": newer, "limit": limit})
        return [article for (article,) in cursor.fetchall()]


@transaction.atomic
def mark_all() -> int:
    """Mark the documents and passages of all articles as stale, whichever code wrote them. Return how many articles."""
    Passage.objects.update(code="")
    ListEntry.objects.update(ground="")
    marks = [Unwritten(article_id=pk) for pk in Article.objects.order_by("pk").values_list("pk", flat=True)]
    return len(Unwritten.objects.bulk_create(marks, batch_size=10_000))


@dataclass(frozen=True)
class Rewritten:
    """An article whose cache was rewritten. ``mark`` is the newest mark that caused it, 0 without one."""

    shown: Shown | None
    mark: int
    before: Sequence[Document]
    after: Sequence[Document]

    @property
    def is_reworded(self) -> bool:
        """Whether the text changed, with the same version and standing, and not only because the ground changed."""
        reads_otherwise = {text.etag for text in self.before} != {text.etag for text in self.after}
        both = bool(self.mark and self.before and self.after)
        return both and reads_otherwise and _standing(self.before[0]) == _standing(self.after[0])


def _standing(text: Document) -> tuple[int, str | None] | None:
    """Return version and standing in a document. None if somebody changed it so that it cannot be read."""
    try:
        document_json = uncompressed(text.gzipped)
        return document_json["version"], document_json["review"].get("standing")  # earlier code did not write it
    except UNREADABLE:
        return None


@transaction.atomic
def write(*, article_id: int, now: datetime) -> Rewritten | None:
    """Rewrite the cache of one article, under its lock. Return None if it is locked or its data is being changed.

    Then try again later. A change elsewhere during the write, such as of a work in the library, leaves a new mark. Rows
    of newer code are left alone: also then None is returned.
    """
    free = Article.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    article = free.filter(pk=article_id).first()
    if article is None or _is_of_newer_code(article) or look_up(NO_CHANGE_UNDER_WAY, {}) != [(True,)]:
        return None
    marks = list(Unwritten.objects.filter(article=article).values_list("pk", flat=True))
    before = list(Document.objects.filter(article=article))
    _delete_rows(article)
    rows = rows_of(article, ground=ground_at(now), at=now)
    Document.objects.bulk_create(rows.documents)
    for row in filter(None, [rows.entry, rows.past]):
        row.save(force_insert=True)
    shown = rows.shown
    write_search(article, shown=shown.version if shown and not shown.is_retracted else None, code=code(), now=now)
    Unwritten.objects.filter(pk__in=marks).delete()
    return Rewritten(shown, mark=max(marks, default=0), before=before, after=rows.documents)


def _delete_rows(article: Article) -> None:
    """Delete the rows of an article, also those that somebody gave to another article in the database."""
    Document.objects.filter(Q(article=article) | Q(slug=article.slug)).delete()
    ListEntry.objects.filter(Q(article=article) | Q(version__article=article)).delete()
    Past.objects.filter(Q(article=article) | Q(slug=article.slug)).delete()


def _is_of_newer_code(article: Article) -> bool:
    ground = ListEntry.objects.filter(article=article).values_list("ground", flat=True).first()
    return is_newer(code_of(ground or ""))


def ground_at(moment: datetime) -> str:
    """Return the policy, list of retractions and code that rows of ``moment`` are written by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT imprimatur_ground(%s, %s)", [moment, code()])
        (ground,) = cursor.fetchone()
    return str(ground)
