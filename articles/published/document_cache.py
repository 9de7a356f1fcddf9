"""Documents, list entries and histories that were written beforehand, so that reading costs one query and no rendering;
and what search looks in, which is written with them.

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
from rest_framework.renderers import JSONRenderer

from articles.lifecycle import State
from articles.models import Article, Document, ListEntry, Passage, Past, Unwritten, Version
from articles.reading.direct import look_up
from articles.reading.document import document, entity_tag, last_modified, standing_in, unknown_audience
from articles.reading.history import history
from articles.reading.listing import EVERYTHING, Filters, entry, identifiers
from articles.reading.material import Material, materials
from articles.reading.recorded import recorded
from articles.reading.shown import Shown, find
from articles.reading.statements import (
    AFTER,
    BEFORE,
    BEHIND,
    COMPLETE,
    FILTERS,
    FITTING,
    HISTORY,
    IS_STEADY,
    LIST,
    LOWER,
    MOST,
    PAGE,
    PRIMARY,
    SHOWN,
    WITH_CHOICE,
)
from articles.search.writing import write_search

SOURCES = Path(__file__).parent.parent


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
    """A document as it is sent; ``gzipped`` is None when the reader has it already.

    ``is_asked_for`` is False when an audience was asked for that does not exist: this is the primary text, then.
    """

    is_asked_for: bool
    etag: str
    last_modified: datetime
    gzipped: bytes | None


def ready(slug: str, *, audience: str | None, known: Sequence[str] = (), at: datetime) -> Ready | None:
    """The document that holds ``at`` that moment for ``audience``, or whose text stands in; None to tell it anew.

    ``known`` has the entity tags of what the reader has. One query.
    """
    rows = look_up(*_asked(slug, audience=audience, known=known, at=at))
    return _ready(rows[0], audience=audience, known=known) if rows else None


def _asked(slug: str, *, audience: str | None, known: Sequence[str] = (), at: datetime) -> tuple[str, dict[str, Any]]:
    asked = {"slug": slug, "known": ",".join(known), "at": at, "code": code()}
    return (FITTING, asked | {"audience": audience}) if audience else (PRIMARY, asked)


def _ready(row: Sequence[Any], *, audience: str | None, known: Sequence[str] = ()) -> Ready:
    found, etag, last_modified, gzipped, missed = row
    if audience is None or missed is None:
        return Ready(audience in (None, found), etag, last_modified, gzipped)
    told = standing_in(_told(gzipped), code=audience, name=missed)
    etag = entity_tag(told)
    gzipped = None if etag in known else _gzipped(told)
    return Ready(is_asked_for=True, etag=etag, last_modified=last_modified, gzipped=gzipped)


def told(slug: str, *, audience: str | None, lenient: bool = False, at: datetime) -> tuple[dict[str, Any], datetime]:
    """What readers of ``audience`` are told of an article at ``at`` (see ``document``), and its ``last_modified``.

    One query when it was written beforehand. Raises OutOfSight for what readers may not see, Retracted for a
    retracted article, and Unacceptable for an audience that does not exist, unless ``lenient``.
    """
    return _opened(ready(slug, audience=audience, at=at), slug, audience=audience, lenient=lenient, at=at)


def told_on_page(slug: str, *, audience: str | None, lenient: bool, at: datetime) -> tuple[dict[str, Any], list[Any]]:
    """What readers are told, as ``told`` tells it, and code and name of every audience that they can say they are.

    One query when it was written beforehand. Raises as ``told`` does.
    """
    statement, asked = _asked(slug, audience=audience, at=at)
    [(choice, *row)] = look_up(WITH_CHOICE.format(read=statement), asked)
    found = _ready(row, audience=audience) if row[0] else None
    return _opened(found, slug, audience=audience, lenient=lenient, at=at)[0], choice


def _opened(
    found: Ready | None, slug: str, *, audience: str | None, lenient: bool, at: datetime
) -> tuple[dict[str, Any], datetime]:
    if found is None:
        return recorded(slug, audience=audience, lenient=lenient, at=at)
    if not (found.is_asked_for or lenient):
        raise unknown_audience(str(audience))
    return _told(found.gzipped or b""), found.last_modified


def _gzipped(told: dict[str, Any]) -> bytes:
    return gzip.compress(JSONRenderer().render(told), mtime=0)


def _told(gzipped: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(gzip.decompress(gzipped))
    return told


def told_history(slug: str, *, at: datetime) -> dict[str, Any]:
    """The history of an article as readers may know it at ``at`` (see ``history``); one query when it was written.

    Raises OutOfSight for what readers may not see.
    """
    rows = look_up(HISTORY, {"slug": slug, "at": at, "code": code()})
    return json.loads(rows[0][0]) if rows else history(find(slug, at=at))


def page(
    *, filters: Filters, at: datetime, limit: int, after: Sequence[str] | None = None, back: bool = False
) -> list[dict[str, Any]]:
    """Entries of the list, the newest first from the place ``after`` on, or ``back`` from it; one query.

    Nothing at all while a part of the list has to be written anew.
    """
    given = {name: value.lower() if name in LOWER else value for name, value in filters.given().items()}
    conditions = [COMPLETE, SHOWN, *(FILTERS[name] for name in given)]
    if after is not None:
        given["article"] = int(after[0])
        conditions.append(BEFORE if back else AFTER)
    order = "article_id" if back else "article_id DESC"
    statement = f"{LIST} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT {MOST}"
    asked = {**given, "at": at, "code": code(), "limit": limit}
    rows = look_up(PAGE.format(found=statement), asked, prepare=filters == EVERYTHING)
    return [{"article_id": article, "pk": version, "told": words} for article, version, words in rows]


def behind(*, at: datetime, limit: int) -> list[int]:
    """Ids of up to ``limit`` articles whose documents have to be written anew."""
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, {"at": at, "code": code(), "limit": limit})
        return [article for (article,) in cursor.fetchall()]


@transaction.atomic
def mark_all() -> int:
    """Have the documents and passages of all articles written anew; returns how many articles there are."""
    Passage.objects.update(code="")
    marks = [Unwritten(article_id=pk) for pk in Article.objects.order_by("pk").values_list("pk", flat=True)]
    return len(Unwritten.objects.bulk_create(marks, batch_size=10_000))


@dataclass(frozen=True)
class Rewritten:
    """An article that was written anew. ``mark`` is the newest of the marks that asked for it, 0 without one."""

    shown: Shown | None
    mark: int
    before: Sequence[Document]
    after: Sequence[Document]

    @property
    def is_reworded(self) -> bool:
        """Whether the same version, its review standing as before, reads otherwise, and not for its ground alone."""
        reads_otherwise = {text.etag for text in self.before} != {text.etag for text in self.after}
        both = bool(self.mark and self.before and self.after)
        return both and reads_otherwise and _standing(self.before[0]) == _standing(self.after[0])


def _standing(text: Document) -> tuple[int, str | None]:
    told = json.loads(gzip.decompress(text.gzipped))
    return told["version"], told["review"].get("standing")  # which former code did not write


@transaction.atomic
def write(*, article_id: int, now: datetime) -> Rewritten | None:
    """Write what readers are told of one article. None when somebody works on it, or on what it tells: try again later.

    Under the article's lock. What changes elsewhere while it is written, a work of the library say, leaves its mark.
    """
    free = Article.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    article = free.filter(pk=article_id).first()
    if article is None or look_up(IS_STEADY, {}) != [(True,)]:
        return None
    marks = list(Unwritten.objects.filter(article=article).values_list("pk", flat=True))
    ground = ground_at(now)
    before, after = list(Document.objects.filter(article=article)), []
    Document.objects.filter(article=article).delete()
    ListEntry.objects.filter(article=article).delete()
    Past.objects.filter(article=article).delete()
    found = next(iter(materials(Version.objects.filter(article=article), at=now)), None)
    shown = found.shown if found else None
    newest = article.versions.exclude(state=State.DRAFT).newest_first().first()
    lapses_at = shown.version.valid_until if shown and shown.is_approved else None
    if shown:
        _past(shown, ground=ground, lapses_at=lapses_at).save(force_insert=True)
    if found and not found.shown.is_retracted:
        after = Document.objects.bulk_create(_documents(found, ground=ground, lapses_at=lapses_at))
        _entry(found, ground=ground, lapses_at=lapses_at).save(force_insert=True)
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


def _documents(found: Material, **written: Any) -> Iterator[Document]:
    shown, policy = found.shown, found.shown.policy
    codes = [text.audience.code for text in found.texts]
    instead = {one: policy.stand_in(one, among=codes) for one in policy.fallbacks if one not in codes}
    for text in found.texts:
        told = document(found, audience=text.audience.code)
        yield Document(
            article=shown.article,
            slug=shown.article.slug,
            audience=text.audience.code,
            stands_in_for=[one for one, found in instead.items() if found == text.audience.code],
            is_primary=text.is_primary,
            etag=entity_tag(told),
            last_modified=last_modified(shown),
            gzipped=_gzipped(told),
            **written,
        )


def _past(shown: Shown, **written: Any) -> Past:
    told = JSONRenderer().render(history(shown)).decode()
    return Past(article=shown.article, slug=shown.article.slug, told=told, **written)


def _entry(found: Material, **written: Any) -> ListEntry:
    shown, told = found.shown, entry(found.shown, found.texts)
    names = shown.article.products.order_by("pk").values_list("name", flat=True)
    return ListEntry(
        version=shown.version,
        article=shown.article,
        status=told["status"],
        audiences=[audience["code"] for audience in told["audiences"]],
        specialties=shown.article.specialties,
        products=[name.lower() for name in names],
        works=identifiers(citation.reference for citation in found.citations),
        last_reviewed=shown.version.approved_at,
        told=JSONRenderer().render(told).decode(),
        **written,
    )


def _silent(version: Version, **written: Any) -> ListEntry:
    """Holds the place of an article that readers are not shown, so that a policy which shows it finds it behind."""
    nothing: dict[str, Any] = {"audiences": [], "specialties": [], "products": [], "works": []}
    return ListEntry(version=version, article=version.article, **nothing, **written)
