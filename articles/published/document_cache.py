"""The cache of documents, list entries and histories: a reader's request costs one query and no rendering.

The same worker writes the passages and words that search uses.

No reader gets a stale document. PostgreSQL marks an article as stale in the transaction that changes anything readers
see of it: see the triggers of migration ``0006_readings``. A document is also stale if its approval has lapsed, or if
it was written under another policy, list of retractions or code. Instead of a stale document, readers get one from the
record, until the worker has rewritten it. A worker that stops makes requests slower, never wrong.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from rest_framework.renderers import JSONRenderer

from articles.lifecycle import State
from articles.models import Article, Document, ListEntry, Passage, Past, Unwritten, Version
from articles.published.article_list import EVERYTHING, Filters, entry, identifiers
from articles.published.document import document, entity_tag, last_modified, standing_in, unknown_audience
from articles.published.history import history
from articles.published.prepared_queries import look_up
from articles.published.search.indexing import write_search
from articles.published.sources import Material, materials
from articles.published.uncached import recorded
from articles.published.visible_version import Shown, find
from editorial.record.canonical_json import JSONDict
from editorial.sql_files import statement

SOURCES = Path(__file__).parent.parent

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
TO_REWRITE = statement(__package__, "articles_to_rewrite")

LOWER = {"cites", "product"}
"""Filters that ignore case."""

NEWEST = 2**63 - 1
"""The position of the first page: no article has a greater id."""


@cache
def _sources() -> str:
    digest = sha256()
    for file in sorted([*SOURCES.rglob("*.py"), *SOURCES.rglob("*.sql")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def code() -> str:
    """Return the cache key of this code and of the site's name and URL: 16 hexadecimal digits."""
    return sha256(f"{_sources()} {settings.SITE_URL} {settings.SITE_NAME}".encode()).hexdigest()[:16]


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
    document_json = standing_in(_uncompressed(gzipped), code=audience, name=missed)
    etag = entity_tag(document_json)
    gzipped = None if etag in known else _gzipped(document_json)
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
    return _uncompressed(cached.gzipped or b""), cached.last_modified


def _gzipped(document_json: JSONDict) -> bytes:
    return gzip.compress(JSONRenderer().render(document_json), mtime=0)


def _uncompressed(gzipped: bytes) -> JSONDict:
    document_json: JSONDict = json.loads(gzip.decompress(gzipped))
    return document_json


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
    """Return the ids of up to ``limit`` articles whose cached documents are stale."""
    with connection.cursor() as cursor:
        cursor.execute(TO_REWRITE, {"at": at, "code": code(), "limit": limit})
        return [article for (article,) in cursor.fetchall()]


@transaction.atomic
def mark_all() -> int:
    """Mark the documents and passages of all articles as stale. Return the number of articles."""
    Passage.objects.update(code="")
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


def _standing(text: Document) -> tuple[int, str | None]:
    document_json = json.loads(gzip.decompress(text.gzipped))
    return document_json["version"], document_json["review"].get("standing")  # earlier code did not write it


@transaction.atomic
def write(*, article_id: int, now: datetime) -> Rewritten | None:
    """Rewrite the cache of one article, under its lock. Return None if it is locked or its data is being changed.

    Then try again later. A change elsewhere during the write, such as of a work in the library, leaves a new mark.
    """
    free = Article.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    article = free.filter(pk=article_id).first()
    if article is None or look_up(NO_CHANGE_UNDER_WAY, {}) != [(True,)]:
        return None
    marks = list(Unwritten.objects.filter(article=article).values_list("pk", flat=True))
    ground = ground_at(now)
    before, after = list(Document.objects.filter(article=article)), []
    Document.objects.filter(article=article).delete()
    ListEntry.objects.filter(article=article).delete()
    Past.objects.filter(article=article).delete()
    material = next(iter(materials(Version.objects.filter(article=article), at=now)), None)
    shown = material.shown if material else None
    newest = article.versions.exclude(state=State.DRAFT).newest_first().first()
    lapses_at = shown.version.valid_until if shown and shown.is_approved else None
    if shown:
        _past(shown, ground=ground, lapses_at=lapses_at).save(force_insert=True)
    if material and not material.shown.is_retracted:
        after = Document.objects.bulk_create(_documents(material, ground=ground, lapses_at=lapses_at))
        _entry(material, ground=ground, lapses_at=lapses_at).save(force_insert=True)
    elif newest:
        _silent(newest, ground=ground).save(force_insert=True)
    write_search(article, shown=shown.version if shown and not shown.is_retracted else None, code=code(), now=now)
    Unwritten.objects.filter(pk__in=marks).delete()
    return Rewritten(shown, mark=max(marks, default=0), before=before, after=after)


def ground_at(moment: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT imprimatur_ground(%s, %s)", [moment, code()])
        (ground,) = cursor.fetchone()
    return str(ground)


def _documents(material: Material, **written: Any) -> Iterator[Document]:
    shown, policy = material.shown, material.shown.policy
    codes = [text.audience.code for text in material.texts]
    fallbacks = {code: policy.stand_in(code, among=codes) for code in policy.fallbacks if code not in codes}
    for text in material.texts:
        document_json = document(material, audience=text.audience.code)
        yield Document(
            article=shown.article,
            slug=shown.article.slug,
            audience=text.audience.code,
            stands_in_for=[code for code, other in fallbacks.items() if other == text.audience.code],
            is_primary=text.is_primary,
            etag=entity_tag(document_json),
            last_modified=last_modified(shown),
            gzipped=_gzipped(document_json),
            **written,
        )


def _past(shown: Shown, **written: Any) -> Past:
    history_json = JSONRenderer().render(history(shown)).decode()
    return Past(article=shown.article, slug=shown.article.slug, told=history_json, **written)


def _entry(material: Material, **written: Any) -> ListEntry:
    shown, entry_json = material.shown, entry(material.shown, material.texts)
    names = shown.article.products.order_by("pk").values_list("name", flat=True)
    return ListEntry(
        version=shown.version,
        article=shown.article,
        status=entry_json["status"],
        audiences=[audience["code"] for audience in entry_json["audiences"]],
        specialties=shown.article.specialties,
        products=[name.lower() for name in names],
        works=identifiers(citation.reference for citation in material.citations),
        last_reviewed=shown.version.approved_at,
        told=JSONRenderer().render(entry_json).decode(),
        **written,
    )


def _silent(version: Version, **written: Any) -> ListEntry:
    """Return the entry of an article that is not public. Under a policy that makes it public, its entry is stale."""
    nothing: JSONDict = {"audiences": [], "specialties": [], "products": [], "works": []}
    return ListEntry(version=version, article=version.article, **nothing, **written)
