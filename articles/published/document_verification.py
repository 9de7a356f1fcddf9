"""Compare the stored rows of an article with rows that are built from the record.

The triggers notice every change of the record, but not a change of the stored rows themselves. Only rows that readers
can be given are compared. Rows that wait to be rewritten, and rows of newer code, are left out.
"""

import gzip
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, TextField
from django.db.models.functions import Cast

from articles.lifecycle import State
from articles.models import Article, Document, ListEntry, Passage, Past, Unwritten, Version
from articles.models.document_cache import Written
from articles.published.dates_and_urls import utc
from articles.published.document_cache import ground_at
from articles.published.document_format import code, is_newer
from articles.published.document_rows import UNREADABLE, rows_of
from articles.published.search.indexing import FINDABLE, passages_of

UNCOMPARED = {"id", "written_at"}
"""Columns that two rows with the same content need not share."""

IN_WORDS = {
    "gzipped": "content",
    "told": "content",
    "etag": "entity tag",
    "vector": "search vector",
    "ground": "policy, list or code",
}
"""Names of columns that people do not know. All others are their own words."""

AT_ONCE = 500
"""Search vectors that are computed in one query. PostgreSQL returns at most 1,664 columns."""

MISSING, UNEXPECTED = "is missing", "should not exist"


@dataclass(frozen=True)
class Difference:
    """A stored row that differs from the record. ``written_at`` is when the article was last written, if known."""

    article: Article
    stored_row: str
    difference: str
    written_at: datetime | None

    def __str__(self) -> str:
        written = utc(self.written_at) or "at an unknown time"
        return f"{self.article.slug}: {self.stored_row}: {self.difference} (written {written})"


@dataclass(frozen=True)
class Verified:
    """The result for one article. ``is_complete`` is False if some of its rows wait to be rewritten."""

    differences: list[Difference]
    is_complete: bool


def verify(article_id: int, *, at: datetime) -> Verified:
    """Compare the rows of one article with the record, both from one snapshot, which a change cannot divide.

    It must not be called in a transaction. Nothing is locked or written.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return compare(Article.objects.get(pk=article_id), at=at)


def compare(article: Article, *, at: datetime) -> Verified:
    """Return the differences of one article, as the transaction sees it."""
    if Unwritten.objects.filter(article=article).exists():
        return Verified([], is_complete=False)
    stored_entry, ground = ListEntry.objects.filter(article=article).first(), ground_at(at)
    is_current = stored_entry is None or _is_given_out(stored_entry, ground=ground, at=at)
    found = [*_rows(article, ground=ground, at=at, is_current=is_current)]
    found += _passages(article, at=at, is_current=is_current)
    written_at = stored_entry.written_at if stored_entry else None
    return Verified([Difference(article, row, words, written_at) for row, words in found], is_complete=is_current)


def _is_given_out(row: Written, *, ground: str, at: datetime) -> bool:
    return row.ground == ground and (row.lapses_at is None or row.lapses_at > at)


Found = tuple[str, str]
"""A row and what differs, both in words."""


def _rows(article: Article, *, ground: str, at: datetime, is_current: bool) -> Iterator[Found]:
    """Yield what differs in documents, list entry and history.

    If the article is not current, only those rows are compared that readers are given nevertheless.
    """
    rows = rows_of(article, ground=ground, at=at)
    expected = _named(article, [*rows.documents, *filter(None, [rows.entry, rows.past])])
    stored = _named(article, [row for model in (Document, ListEntry, Past) for row in _all_of(model, article)])
    for name in sorted(expected.keys() | stored.keys()):
        row = stored.get(name)
        if (is_current or (row and _is_given_out(row, ground=ground, at=at))) and (
            difference := _difference(row, expected.get(name))
        ):
            yield name, difference


def _all_of(model: Any, article: Article) -> Iterable[Written]:
    return model.objects.filter(article=article).order_by("pk")


def _named(article: Article, rows: Iterable[Written]) -> dict[str, Written]:
    return {_name(row, article): row for row in rows}


def _name(row: Written, article: Article) -> str:
    if isinstance(row, Document):
        elsewhere = "" if row.slug == article.slug else f" at “{row.slug}”"
        return f"document for {row.audience}{elsewhere}"
    return "list entry" if isinstance(row, ListEntry) else "history"


def _difference(stored: Written | None, expected: Written | None) -> str:
    if stored is None or expected is None:
        return MISSING if stored is None else UNEXPECTED
    values = _values(stored)
    return _in_words({name for name, value in _values(expected).items() if value != values[name]})


def _values(row: Model) -> dict[str, Any]:
    """Return the values that are compared. Documents are compared uncompressed: zlib differs between machines."""
    columns = {field.attname for field in row._meta.concrete_fields} - UNCOMPARED
    values = {column: getattr(row, column) for column in columns}
    if "gzipped" in values:
        values["gzipped"] = _content(values["gzipped"])
    return values


def _content(gzipped: bytes) -> bytes | None:
    try:
        return gzip.decompress(gzipped)
    except UNREADABLE:
        return None


def _in_words(columns: Collection[str]) -> str:
    return ", ".join(sorted(IN_WORDS.get(name, name.removesuffix("_id").replace("_", " ")) for name in columns))


# --- passages -------------------------------------------------------------------------------------------------------


def _passages(article: Article, *, at: datetime, is_current: bool) -> Iterator[Found]:
    """Yield what differs in the passages of each version, for each audience."""
    for version in article.versions.order_by("pk"):
        stored = _stored_passages(version)
        codes = {passage["code"] for passage in stored.values()}
        if any(map(is_newer, codes)) or not (is_current or codes == {code()}):
            continue
        expected = _expected_passages(version) if version.state in FINDABLE else {}
        differing: dict[str, set[str]] = {}
        for place in expected.keys() | stored.keys():
            words = _passage_difference(stored.get(place), expected.get(place), version=version, at=at)
            differing.setdefault(place[0], set()).update(words)
        for audience, words in sorted(differing.items()):
            if words:
                yield f"passages of version {version.number} for {audience}", _in_words(words)


Passages = dict[tuple[str, int], dict[str, Any]]
"""The values of passages, by audience and position."""

COLUMNS = ("section", "heading", "text", "numbers", "code")


def _stored_passages(version: Version) -> Passages:
    rows = Passage.objects.filter(version=version).annotate(vector=Cast("search", TextField()))
    values = rows.values("audience__code", "position", "vector", "approved_until", *COLUMNS)
    return {(row.pop("audience__code"), row.pop("position")): row for row in values}


def _expected_passages(version: Version) -> Passages:
    passages = list(passages_of(version, code=code()))
    batches = (passages[first:][:AT_ONCE] for first in range(0, len(passages), AT_ONCE))
    vectors = [vector for batch in batches for vector in _vectors(batch)]
    return {
        (passage.audience.code, passage.position): {**_passage_values(passage), "vector": vector}
        for passage, vector in zip(passages, vectors, strict=True)
    }


def _passage_values(passage: Passage) -> dict[str, Any]:
    return {name: getattr(passage, name) for name in COLUMNS}


def _vectors(passages: Sequence[Passage]) -> Sequence[str]:
    """Return the search vectors of unsaved passages, as text. One query."""
    vectors = [Cast(passage.search, TextField()) for passage in passages]
    return Version.objects.order_by("pk").values_list(*vectors)[0]


def _passage_difference(
    stored: Mapping[str, Any] | None, expected: Mapping[str, Any] | None, *, version: Version, at: datetime
) -> set[str]:
    if stored is None or expected is None:
        return {MISSING if stored is None else UNEXPECTED}
    names = {name for name, value in expected.items() if value != stored[name]}
    until = version.valid_until if version.state == State.APPROVED else None
    is_removed = stored["approved_until"] is None and until is not None and until <= at
    if stored["approved_until"] != until and not is_removed:
        names.add("approved_until")
    return names
