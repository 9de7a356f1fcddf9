"""Measure the public API with many articles, compared with minimal views that send the same bytes."""

import resource
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from articles import actions as articles
from articles.models import Version
from articles.published import document_cache
from articles.text.content import Text
from editorial.models import User
from reviews.demo import cast, policies
from tests.benchmarks.reminders import MAXRSS_UNIT, MEGABYTE

ARTICLES = (1_000, 100_000, 1_000_000)
REQUESTS = 400
"""Number of requests of each kind. They alternate with requests of the baseline."""

BATCH = 20
"""Number of requests before the other kind has its turn."""

AUDIENCES = (("professional", True), ("patient", False))
WORKS = 6
SENTENCES = 40
WORDS = (
    "adults children cohort dose evidence fewer group headache infusion slower response trial weeks rate review risk "
    "harm benefit placebo renal hepatic severe mild onset relapse therapy regimen monthly daily serum level marker "
    "fatigue fever nausea rash antibody vaccine guideline consensus moderate certainty outcome survival admission"
)
"""Forty sentences of these words are five kilobytes of text, which compress about as well as other prose."""

MANY = """
INSERT INTO articles_article (id, slug, risk, specialties, created_at, created_by_id)
SELECT n, 'measured-' || n, 'moderate', '{}', %(now)s, %(writer)s FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO articles_version (id, article_id, number, state, question, digest, listed, revision, created_at,
                              created_by_id, updated_at, submitted_at, submitted_by_id, state_changed_at, state_reason,
                              opened_policy_id, tiers)
SELECT n, n, 1, 'submitted', 'Which dose is right for the patients of group ' || n || '?',
       encode(sha256(n::text::bytea), 'hex'), '{}', 1, %(now)s, %(writer)s, %(now)s, %(now)s, %(writer)s, %(now)s, '',
       (SELECT max(id) FROM editorial_editorialpolicy), '{moderate}'
FROM generate_series(%(first)s, %(last)s) n;
INSERT INTO articles_document (article_id, slug, audience, stands_in_for, is_primary, ground, lapses_at, etag,
                               last_modified, gzipped)
SELECT n, 'measured-' || n, audience, stands_in_for, is_primary, ground, %(now)s + make_interval(days => 1 + n %% 365),
       '"' || md5(n || audience) || '"', last_modified, gzipped
FROM generate_series(%(first)s, %(last)s) n
    JOIN articles_document ON article_id = (%(seeds)s::bigint[])[1 + n %% 10];
INSERT INTO articles_listentry (version_id, article_id, ground, lapses_at, status, audiences, specialties, products,
                                works, last_reviewed, told)
SELECT n, n, ground, %(now)s + make_interval(days => 1 + n %% 365), status, audiences, specialties, products, works,
       last_reviewed, told
FROM generate_series(%(first)s, %(last)s) n
    JOIN articles_listentry ON article_id = (%(seeds)s::bigint[])[1 + n %% 10];
"""


@dataclass(frozen=True)
class Request:
    """One kind of request: its name, a function for the next URL, and its headers."""

    name: str
    address: Callable[[], str]
    headers: dict[str, str]


class Site:
    """The whole site in this process, without the overhead of a test client."""

    def __init__(self) -> None:
        self.call, self.factory, self.asked = ClientHandler(), RequestFactory(), 0

    def get(self, address: str, headers: dict[str, str]) -> HttpResponseBase:
        self.asked += 1
        sender = str(IPv4Address("10.0.0.0") + self.asked)  # the search is throttled by address
        known = {"host": "localhost", **headers}
        return self.call(self.factory.get(address, headers=known, REMOTE_ADDR=sender).environ)

    def times(self, *requests: Request, count: int) -> list[list[float]]:
        """Return the seconds of each request. The kinds alternate, so a busy machine slows all of them."""
        taken: list[list[float]] = [[] for _ in requests]
        for _ in range(max(count // BATCH, 1)):
            for request, seconds in zip(requests, taken, strict=True):
                for address in [request.address() for _ in range(BATCH)]:
                    begun = perf_counter()
                    self.get(address, request.headers)
                    seconds.append(perf_counter() - begun)
        return taken


def measure(*, scale: float) -> Iterator[str]:
    """Measure document, 304 and list at each size, then the memory after many requests.

    Needs a database without accounts.
    """
    sizes, requests = sorted({max(int(one * scale), 50) for one in ARTICLES}), max(int(REQUESTS * scale), 5 * BATCH)
    smallest: dict[str, float] = {}
    with override_settings(ROOT_URLCONF="tests.benchmarks.baseline", DEBUG=False):
        for size in sizes:
            with transaction.atomic():
                slugs = house(size, now=timezone.now())
                yield from _measured(Site(), slugs, smallest, requests=requests)
                if size == sizes[0]:
                    yield _long_life(Site(), slugs, requests=max(int(100_000 * scale), 100))
                transaction.set_rollback(True)


def _measured(site: Site, slugs: list[str], smallest: dict[str, float], *, requests: int) -> Iterator[str]:
    """Yield the lines for one size. ``smallest`` stores the medians of the first size."""
    random = Random(1)
    size, zipped = len(slugs), {"accept-encoding": "gzip"}
    tag = site.get(article_address(slugs[0]), {})["ETag"]
    deep = _deep(site, pages=min(size // 100, 50))
    mine = Request("document", lambda: article_address(random.choice(slugs)), zipped)
    bare = Request("bare document", lambda: f"/bare{article_address(random.choice(slugs))[7:]}", zipped)
    known = Request("304", lambda: article_address(slugs[0]), {"if-none-match": tag})
    nothing = Request("empty view", lambda: "/bare/nothing/", {})
    first, bare_list = Request("list", lambda: "/api/v1/articles/?page_size=20", {}), "/bare/articles/"
    last = Request("deep page", lambda: deep, {})
    least = [(mine, bare, 75), (known, nothing, 60), (first, Request("bare list", lambda: bare_list, {}), 75)]
    for one, other, bound in [*least, (last, first, 0)]:
        asked = queries(site, one)
        times = [median(taken) for taken in site.times(one, other, count=requests)]
        grown = times[0] / smallest.setdefault(one.name, times[0])
        yield (
            f"Reading, {size:,} articles, {one.name}: {asked}, {1 / times[0]:,.0f} a second, "
            f"{times[1] / times[0]:.0%} of the {other.name}'s {1 / times[1]:,.0f} ({bound}% is the bound), "
            f"{grown:.2f} x the time of the smallest house (1.5 x is the bound)"
        )


def queries(site: Site, request: Request) -> str:
    with CaptureQueriesContext(connection) as asked:
        site.get(request.address(), request.headers)
    return f"{len(asked)} {'query' if len(asked) == 1 else 'queries'}"


def article_address(slug: str) -> str:
    return f"/api/v1/articles/{slug}/"


def _deep(site: Site, *, pages: int) -> str:
    """Return the URL of a page of twenty entries that begins after ``pages`` pages of a hundred."""
    address = "/api/v1/articles/?page_size=100"
    for _ in range(pages):
        _, _, rest = site.get(address, {})["Link"].partition("/api/")
        address = f"/api/{rest.partition('>')[0]}"
    return address.replace("page_size=100", "page_size=20")


def _long_life(site: Site, slugs: list[str], *, requests: int) -> str:
    """Return how the memory of this process grows from a hundredth of ``requests`` to all of them."""
    peaks = []
    for count in (requests // 100, requests):
        for number in range(count):
            site.get(article_address(slugs[number % len(slugs)]), {"accept-encoding": "gzip"})
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT / MEGABYTE)
    return (
        f"Reading, memory: {peaks[0]:.0f} MB after {requests // 100:,} requests, {peaks[1]:.0f} MB after "
        f"{requests:,}, {peaks[1] / peaks[0] - 1:.1%} more (10% is the bound)"
    )


def house(size: int, *, now: datetime) -> list[str]:
    """Create ten articles with the real actions, and ``size`` copies of their cached documents. Return their slugs."""
    cast.create_accounts_and_terms(now=now)
    policies.publish_next(1, now=now)
    seeds = _seeds(now=now)
    for seed in seeds:
        document_cache.write(article_id=seed.article_id, now=now)
    first = max(max(seed.article_id, seed.pk) for seed in seeds) + 1
    rows: dict[str, Any] = {
        "now": now,
        "writer": seeds[0].created_by_id,
        "seeds": [seed.article_id for seed in seeds],
        "first": first,
        "last": first + size - 1,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # copied rows skip the triggers
        for statement in MANY.split(";")[:-1]:
            cursor.execute(statement, rows)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE articles_article, articles_version, articles_document, articles_listentry")
    return [f"measured-{number}" for number in range(first, first + size)]


def _seeds(*, now: datetime) -> list[Version]:
    """Return versions with five kilobytes for each of two audiences, which cite six works."""
    writer, random = User.objects.get(username="wanda"), Random(1)
    for number in range(WORKS):
        work = {"id": f"measured{number}", "type": "article-journal", "title": f"Work {number}"}
        articles.keep_reference(csl={**work, "DOI": f"10.1000/measured.{number}"}, by=writer, now=now)
    seeds = []
    for number in range(10):
        texts = [Text(code, "As measured.", _body(random), is_primary=is_primary) for code, is_primary in AUDIENCES]
        new = articles.NewArticle(slug=f"seed-{number}", question="What was measured?", texts=texts)
        version = articles.create(new=new, by=writer, now=now)
        seeds.append(articles.submit(version_id=version.pk, by=writer, now=now))
    return seeds


def _body(random: Random) -> str:
    """Return paragraphs of five sentences."""
    words = WORDS.split()
    sentences = [
        f"{' '.join(random.choices(words, k=17)).capitalize()} [@measured{number % WORKS}]."
        for number in range(SENTENCES)
    ]
    return "\n\n".join(" ".join(sentences[place : place + 5]) for place in range(0, SENTENCES, 5))
