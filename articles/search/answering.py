"""What is answered already: passages of validly approved articles with their references, and not a word more."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection

from articles.reading.document import document
from articles.reading.material import Material
from articles.reading.recorded import recorded_of
from articles.reading.wording import address
from articles.reading.written import code
from articles.search.matching import GOOD_ENOUGH, OFFERED, sql_of_fits, understand
from articles.search.ranking import sql_of
from articles.search.showing import passage
from articles.search.statements import HEADLINE

ANSWERS = """
    WITH {fits}
    SELECT p.version_id, a.slug, d.code, d.name, p.section, p.heading, p.numbers, {headline},
        written.gzipped
    FROM (SELECT * FROM fits WHERE score >= %(good_enough)s ORDER BY score DESC, version_id LIMIT {offered}) AS fit
    CROSS JOIN LATERAL unnest(passages) AS quoted(id)
    JOIN articles_passage p USING (id) JOIN articles_version v ON v.id = p.version_id
    JOIN articles_article a ON a.id = v.article_id JOIN editorial_audience d ON d.id = p.audience_id
    JOIN articles_rendition r ON r.version_id = p.version_id AND r.audience_id = p.audience_id
    LEFT JOIN LATERAL imprimatur_document(a.slug, d.code, '', %(at)s, %(code)s) AS written ON true
    WHERE EXISTS (SELECT FROM editorial_editorialpolicy WHERE in_force_from <= %(at)s)
    ORDER BY score DESC, p.version_id, r.is_primary DESC, p.audience_id, p.position
"""


class _Quoted(NamedTuple):
    """A passage that answers, with the document of its article for its audience if that is written."""

    version_id: int
    slug: str
    audience: str
    audience_name: str
    section: str
    heading: str
    numbers: Sequence[int]
    snippet: str
    gzipped: bytes | None


def answers(text: str, *, at: datetime) -> list[dict[str, Any]]:
    """The approved articles that answer ``text``, with the passages that do; empty when none does well enough.

    Values are JSON values. Two queries, and a third where documents have to be written anew.
    """
    rows = _quoted(text, at=at)
    unwritten = {row.slug for row in rows if not row.gzipped}
    record = recorded_of(unwritten, at=at) if unwritten else {}
    held = [row for row in rows if row.gzipped or _holds(row, record.get(row.slug))]
    return [_answer(list(those), record) for _, those in groupby(held, key=lambda row: row.version_id)]


def _holds(row: _Quoted, found: Material | None) -> bool:
    """Whether the version is still what readers are shown as approved: somebody may have acted since it was quoted."""
    return found is not None and found.shown.is_approved and found.shown.version.pk == row.version_id


def _quoted(text: str, *, at: datetime) -> list[_Quoted]:
    """The best passages of the articles that are offered, in the order in which they stand in each."""
    question = understand(text, at=at)
    fits, given = sql_of_fits(question, at=at)
    words, values = sql_of(question.any())
    given |= {f"shown_{place}": value for place, value in enumerate(values)}
    headline = HEADLINE.format(any=words % tuple(f"%(shown_{place})s" for place in range(len(values))))
    with connection.cursor() as cursor:
        sql = ANSWERS.format(fits=fits, headline=headline, offered=OFFERED)
        cursor.execute(sql, {**given, "good_enough": GOOD_ENOUGH, "code": code()})
        return [_Quoted(*row) for row in cursor.fetchall()]


def _answer(quoted: Sequence[_Quoted], record: Mapping[str, Material]) -> dict[str, Any]:
    documents = [_told(row, record) for row in quoted]
    told, slug = documents[0], quoted[0].slug
    cited = {work["number"]: work for row, of in zip(quoted, documents, strict=True) for work in _cited(row, of)}
    return {
        "slug": slug,
        "question": told["question"],
        "status": told["review"]["status"],
        "statement": told["review"]["statement"],
        "last_reviewed": told["review"]["last_reviewed"],
        "next_review_due": told["review"]["next_review_due"],
        "passages": [_passage(row) for row in quoted],
        "references": [cited[number] for number in sorted(cited)],
        "url": address("reader:article", slug),
        "html": address("pages:article", slug),
    }


def _told(row: _Quoted, record: Mapping[str, Material]) -> dict[str, Any]:
    """What readers are told of the article, from the record if it is not written."""
    if row.gzipped:
        written: dict[str, Any] = json.loads(gzip.decompress(row.gzipped))
        return written
    return document(record[row.slug], audience=row.audience)


def _cited(row: _Quoted, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The works that a passage cites, as readers are told of them."""
    for work in told["references"]:
        if work["number"] in row.numbers:
            yield {name: value for name, value in work.items() if name != "anchors"}


def _passage(row: _Quoted) -> dict[str, Any]:
    page = address("pages:article", row.slug, audience=row.audience)
    told = passage(row.snippet, section=row.section, heading=row.heading, numbers=row.numbers, page=page)
    return told | {"audience": {"code": row.audience, "name": row.audience_name}}
