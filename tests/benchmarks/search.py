"""Measure the search for a word that one in a hundred articles has, compared with the document of an article."""

import os
from collections.abc import Iterator, Sequence
from random import Random
from statistics import median, quantiles

from django.db import connection, transaction
from django.test.utils import override_settings
from django.utils import timezone

from tests.benchmarks.documents import ARTICLES, BATCH, Request, Site, article_address, house, queries

REQUESTS = 2_000
MANY = """
UPDATE articles_version SET state = 'approved', approved_at = submitted_at, reviewed_by = '[]',
    valid_until = submitted_at + make_interval(days => 1 + (articles_version.id % 365)::integer), policy_id = policy.id
FROM (SELECT id FROM editorial_editorialpolicy ORDER BY id DESC LIMIT 1) policy WHERE articles_version.id % 5 > 0;
INSERT INTO articles_rendition (version_id, audience_id, is_primary, summary, body)
SELECT many.id, audience_id, is_primary, summary, ''
FROM articles_version many JOIN seed ON seed.turn = many.id % 10
    JOIN articles_rendition ON articles_rendition.version_id = seed.id WHERE many.id > seed.last;
INSERT INTO articles_passage (version_id, audience_id, position, section, heading, text, numbers, search,
                              approved_until, code)
SELECT many.id, audience_id, position, section, heading,
    CASE position WHEN 3 THEN text || ' ' || word ELSE text END, numbers,
    CASE position WHEN 3 THEN search || setweight(to_tsvector('imprimatur', word), 'A') ELSE search END,
    CASE many.state WHEN 'approved' THEN many.valid_until END, code
FROM articles_version many JOIN seed ON seed.turn = many.id % 10
    JOIN articles_passage ON articles_passage.version_id = seed.id,
    LATERAL (SELECT 'medium' || 100 + many.id / 10 % 100 AS word) measured WHERE many.id > seed.last;
INSERT INTO articles_word (version_id, word)
SELECT many.id, 'medium' || 100 + many.id / 10 % 100 FROM articles_version many JOIN seed ON turn = 0
WHERE many.id > seed.last AND many.id <= seed.last + 5000;
"""
SEED = """
CREATE TEMPORARY TABLE seed ON COMMIT DROP AS
SELECT id, row_number() OVER (ORDER BY id) - 1 AS turn, max(id) OVER () AS last FROM articles_version
WHERE article_id < %s
"""
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'articles_passage' AND indexname LIKE 'passages%'
"""
"""The indexes that are created after the passages, because that is faster."""


def measure(*, scale: float) -> Iterator[str]:
    """Measure a search and the document of an article at each size, alternating. Needs a database without accounts."""
    sizes, requests = sorted({max(int(one * scale), 50) for one in ARTICLES}), max(int(REQUESTS * scale), 5 * BATCH)
    smallest: list[float] = []
    with override_settings(ROOT_URLCONF="tests.benchmarks.baseline", DEBUG=False):
        for size in sizes:
            with transaction.atomic():
                slugs = house(size, now=timezone.now())
                _make_searchable(slugs)
                yield _measured(Site(), slugs, smallest, requests=requests)
                transaction.set_rollback(True)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM")  # else dead rows of the rollback slow down the next size


def _make_searchable(slugs: Sequence[str]) -> None:
    """Approve four of five articles, and create the passages of all. Their texts have no bodies: search reads none."""
    with connection.cursor() as cursor:
        cursor.execute(SEED, [int(slugs[0].rpartition("-")[2])])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no index can be created while checks are pending
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in MANY.split(";")[:-1]:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("DROP TABLE seed")
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("ANALYZE articles_version, articles_rendition, articles_passage, articles_word")
    os.sync()  # else the system writes gigabytes during the measurement


def _word(slug: str) -> str:
    """Return the word that this article and every hundredth other have, in a passage for each audience.

    It is not the beginning of another word.
    """
    return f"medium{100 + int(slug.rpartition('-')[2]) // 10 % 100}"


def _measured(site: Site, slugs: Sequence[str], smallest: list[float], *, requests: int) -> str:
    random = Random(1)
    search = Request("search", lambda: f"/api/v1/search/?q={_word(random.choice(slugs))}", {})
    document = Request("document", lambda: article_address(random.choice(slugs)), {"accept-encoding": "gzip"})
    asked, (searching, reading) = queries(site, search), site.times(search, document, count=requests)
    found = site.get(search.address(), {}).content.count(b'"slug"')  # type: ignore[attr-defined]
    smallest.append(median(searching))
    late, late_reading = quantiles(searching, n=100)[98], quantiles(reading, n=100)[98]
    return (
        f"Search, {len(slugs):,} articles, {found} shown: {asked}, p50 {median(searching) * 1000:.1f} ms, "
        f"{smallest[-1] / smallest[0]:.2f} x that of the smallest house (5 x is the bound), p99 {late * 1000:.1f} ms, "
        f"{late / late_reading:.1f} x the document's {late_reading * 1000:.1f} ms (10 x is the bound)"
    )
