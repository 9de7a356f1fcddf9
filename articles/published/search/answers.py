"""Answer a question with passages of validly approved articles and their references, quoted word for word."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from articles.published.dates_and_urls import address
from articles.published.document import document
from articles.published.search.query_parser import Reading
from articles.published.search.question_matching import Quoted, quoted
from articles.published.search.results import passage
from articles.published.sources import Material
from articles.published.uncached import recorded_of
from editorial.record.canonical_json import JSONDict


def answers(question: Reading, *, at: datetime) -> list[JSONDict]:
    """Return the approved articles that answer a question, with the matching passages; empty if none fits well enough.

    All values are JSON values. One query, and a second one if cached documents are stale.
    """
    rows = quoted(question, at=at)
    unwritten = {row.slug for row in rows if not row.gzipped}
    record = recorded_of(unwritten, at=at) if unwritten else {}
    held = [row for row in rows if row.gzipped or _holds(row, record.get(row.slug))]
    return [_answer(list(those), record) for _, those in groupby(held, key=lambda row: row.version_id)]


def _holds(row: Quoted, material: Material | None) -> bool:
    """Whether readers still see the version as approved. It may have changed since the first query."""
    return material is not None and material.shown.is_approved and material.shown.version.pk == row.version_id


def _answer(rows: Sequence[Quoted], record: Mapping[str, Material]) -> JSONDict:
    documents = [_told(row, record) for row in rows]
    document_json, slug = documents[0], rows[0].slug
    cited = {work["number"]: work for row, of in zip(rows, documents, strict=True) for work in _cited(row, of)}
    return {
        "slug": slug,
        "question": document_json["question"],
        "status": document_json["review"]["status"],
        "statement": document_json["review"]["statement"],
        "last_reviewed": document_json["review"]["last_reviewed"],
        "next_review_due": document_json["review"]["next_review_due"],
        "passages": [_passage(row) for row in rows],
        "references": [cited[number] for number in sorted(cited)],
        "url": address("reader:article", slug),
        "html": address("pages:article", slug),
    }


def _told(row: Quoted, record: Mapping[str, Material]) -> JSONDict:
    """Return the document of the article, from the record if the cache has none."""
    if row.gzipped:
        written: JSONDict = json.loads(gzip.decompress(row.gzipped))
        return written
    return document(record[row.slug], audience=row.audience)


def _cited(row: Quoted, document_json: JSONDict) -> Iterator[JSONDict]:
    """Yield the works that a passage cites, as they are in the document."""
    for work in document_json["references"]:
        if work["number"] in row.numbers:
            yield {name: value for name, value in work.items() if name != "anchors"}


def _passage(row: Quoted) -> JSONDict:
    page = address("pages:article", row.slug, audience=row.audience)
    quoted = passage(row.snippet, section=row.section, heading=row.heading, numbers=row.numbers, page=page)
    return quoted | {"audience": {"code": row.audience, "name": row.audience_name}}
