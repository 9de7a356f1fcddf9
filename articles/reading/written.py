"""Documents and list entries that were written beforehand, so that reading costs one query and no rendering.

They are never trusted further than they hold. PostgreSQL marks an article in the transaction in which anything changed
that readers are told of it (see the triggers of migration ``0006_readings``), and what is marked, has lapsed by the
clock or was written under another policy, list of retractions or code is not given out: it is told from the record
instead, as if nothing had been written, until it is written anew. A worker that stands still makes reading slower and
never untrue.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL
from rest_framework.renderers import JSONRenderer

from articles.models import Article, Document, ListEntry, Unwritten
from articles.reading.document import audience_note, document, entity_tag, last_modified
from articles.reading.listing import entry, identifiers
from articles.reading.shown import Shown, find
from editorial.exceptions import OutOfSight

SOURCES = Path(__file__).parent.parent

# What a document was made of besides its article. Both lists are short and have an index.
GROUND = """(SELECT concat_ws(':',
    (SELECT coalesce(max(id), 0) FROM (SELECT id FROM editorial_editorialpolicy WHERE in_force_from <= %(at)s
        ORDER BY in_force_from DESC, number DESC LIMIT 1) AS policy),
    (SELECT coalesce(max(id), 0) FROM (SELECT id FROM articles_retractionlist
        ORDER BY as_of DESC, id DESC LIMIT 1) AS list),
    %(code)s))"""

# Of two documents that fit, the one for the audience that was asked for comes first. The bytes of what the reader has
# already are not even read.
READ = f"""
SELECT audience, etag, last_modified, CASE WHEN etag = ANY(%(known)s) THEN NULL ELSE gzipped END
FROM articles_document
WHERE slug = %(slug)s AND (audience = %(audience)s OR is_primary) AND ground = {GROUND}
    AND (lapses_at IS NULL OR lapses_at > %(at)s)
    AND NOT EXISTS (SELECT FROM articles_unwritten mark WHERE mark.article_id = articles_document.article_id)
ORDER BY audience = %(audience)s DESC LIMIT 1
"""  # noqa: S608 - of our own words only

# Whether all that readers may find in the list is written as it is now.
COMPLETE = f"""
NOT EXISTS (SELECT FROM articles_unwritten)
AND NOT EXISTS (SELECT FROM articles_listentry WHERE ground < {GROUND} OR ground > {GROUND})
AND NOT EXISTS (SELECT FROM articles_listentry WHERE lapses_at <= %(at)s)
""".replace("%(at)s", "%s").replace("%(code)s", "%s")  # noqa: S608 - of our own words only

BEHIND = f"""
(SELECT article_id FROM articles_unwritten LIMIT %(limit)s)
UNION (SELECT article_id FROM articles_listentry WHERE ground < {GROUND} OR ground > {GROUND} LIMIT %(limit)s)
UNION (SELECT article_id FROM articles_listentry WHERE lapses_at <= %(at)s LIMIT %(limit)s)
LIMIT %(limit)s
"""  # noqa: S608 - of our own words only


@cache
def _sources() -> str:
    digest = sha256()
    for file in sorted(SOURCES.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def code() -> str:
    """Names the code that writes documents here, and the site that they speak of."""
    return sha256(f"{_sources()} {settings.SITE_URL} {settings.SITE_NAME}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Ready:
    """A document as it is sent; ``gzipped`` is None when the reader has it already."""

    audience: str
    etag: str
    last_modified: datetime
    gzipped: bytes | None


def ready(slug: str, *, audience: str | None, known: Sequence[str] = (), at: datetime) -> Ready | None:
    """The document that holds ``at`` that moment for ``audience``, or else the primary one; None to tell it anew.

    ``known`` has the entity tags of what the reader has. One query.
    """
    asked: dict[str, Any] = {"slug": slug, "audience": audience or "", "known": list(known), "at": at, "code": code()}
    with connection.cursor() as cursor:
        cursor.execute(READ, asked)
        row = cursor.fetchone()
    return Ready(row[0], row[1], row[2], row[3] and bytes(row[3])) if row else None


def told(slug: str, *, audience: str | None, at: datetime) -> tuple[dict[str, Any], datetime] | None:
    """The document itself and its ``last_modified``, as ``ready``; with a note where another text stands in for it.

    Two queries at most. Raises Unacceptable for an audience that does not exist.
    """
    found = ready(slug, audience=audience, at=at)
    if found is None:
        return None
    words: dict[str, Any] = json.loads(gzip.decompress(found.gzipped or b""))
    if audience not in (None, found.audience):
        words["audience_note"] = audience_note(audience, instead=words["audience"]["name"])
    return words, found.last_modified


def entries(*, at: datetime) -> QuerySet[ListEntry]:
    """The list as it is written; nothing at all while a part of it has to be written anew."""
    return ListEntry.objects.filter(RawSQL(COMPLETE, [at, code(), at, code(), at], BooleanField()))  # noqa: S611 - ours


def behind(*, at: datetime, limit: int) -> list[int]:
    """Ids of up to ``limit`` articles whose documents have to be written anew."""
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, {"at": at, "code": code(), "limit": limit})
        return [article for (article,) in cursor.fetchall()]


def mark_all() -> int:
    """Have the documents of all articles written anew; returns how many articles there are."""
    marks = [Unwritten(article_id=pk) for pk in Article.objects.order_by("pk").values_list("pk", flat=True)]
    return len(Unwritten.objects.bulk_create(marks, batch_size=10_000))


@transaction.atomic
def write(*, article_id: int, now: datetime) -> bool:
    """Write what readers are told of one article. False when somebody works on the article: try again later.

    Under the article's lock. What changes elsewhere while it is written, a work of the library say, leaves its mark.
    """
    free = Article.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    article = free.filter(pk=article_id).first()
    if article is None:
        return False
    marks = list(Unwritten.objects.filter(article=article).values_list("pk", flat=True))
    ground = ground_at(now)
    Document.objects.filter(article=article).delete()
    ListEntry.objects.filter(article=article).delete()
    shown = _shown(article, now=now)
    if shown:
        lapses_at = shown.version.valid_until if shown.is_approved else None
        Document.objects.bulk_create(_documents(shown, ground=ground, lapses_at=lapses_at))
        _entry(shown, ground=ground, lapses_at=lapses_at).save(force_insert=True)
    Unwritten.objects.filter(pk__in=marks).delete()
    return True


def ground_at(moment: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {GROUND}", {"at": moment, "code": code()})
        (ground,) = cursor.fetchone()
    return str(ground)


def _shown(article: Article, *, now: datetime) -> Shown | None:
    try:
        shown = find(article.slug, at=now)
    except OutOfSight:
        return None
    return None if shown.is_retracted else shown


def _documents(shown: Shown, **written: Any) -> Iterator[Document]:
    for text in shown.version.renditions.in_order():
        told = document(shown, audience=text.audience.code)
        yield Document(
            article=shown.article,
            slug=shown.article.slug,
            audience=text.audience.code,
            is_primary=text.is_primary,
            etag=entity_tag(told),
            last_modified=last_modified(shown),
            gzipped=gzip.compress(JSONRenderer().render(told), mtime=0),
            **written,
        )


def _entry(shown: Shown, **written: Any) -> ListEntry:
    told = entry(shown)
    names = shown.article.products.order_by("pk").values_list("name", flat=True)
    return ListEntry(
        version=shown.version,
        article=shown.article,
        status=told["status"],
        audiences=[audience["code"] for audience in told["audiences"]],
        specialties=shown.article.specialties,
        products=[name.lower() for name in names],
        works=identifiers(shown.version),
        last_reviewed=shown.version.approved_at,
        told=JSONRenderer().render(told).decode(),
        **written,
    )
