"""Readers see the current state in every combination of states, and through any cache.

A proxy and a browser cache everything that RFC 9111 allows. Each change must be visible at every URL at the next
moment. That is much earlier than the end of any response that the caches may keep without revalidation.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property

import httpx
import pytest
from django.utils import timezone
from django.utils.http import http_date

from articles import actions as articles
from reviews import actions as reviews
from tests.support.caches import Middle, Site, cache, how, let_it_be_kept
from tests.support.expected_status import Witness
from tests.support.reader_checks import Answer, Reader, look
from tests.support.reader_states import reachable, visit
from tests.support.reader_walk import Walk, set_stage

pytestmark = pytest.mark.django_db

VERSIONS = int(os.environ.get("READER_VERSIONS", "2"))
"""Number of versions of one article. Two have 67 combinations of states, three have 439."""

# --- every combination -----------------------------------------------------------------------------------------------


@pytest.fixture
def walk(db, monkeypatch) -> Iterator[Walk]:
    set_stage(monkeypatch)
    walk = Walk()
    walk.begin(keeps=False, is_written=False, for_patients=True)
    yield walk
    walk.is_true = False
    walk.teardown()


def test_readers_are_told_the_truth_in_every_combination_of_states(walk):
    been: set[tuple[str, ...]] = set()
    visit(walk, ("submitted",), most=VERSIONS, been=been)
    assert been == reachable(VERSIONS) - {("draft",)}


# --- caches ----------------------------------------------------------------------------------------------------------


class Behind(Reader):
    """A reader behind caches. ``came`` counts the sources of the responses."""

    def __init__(self, transport: httpx.BaseTransport, *, accepts: str = "gzip") -> None:
        super().__init__()
        self.transport, self.accepts, self.came = transport, accepts, Counter[str]()

    @cached_property
    def http(self) -> httpx.Client:
        return httpx.Client(transport=self.transport, base_url="http://testserver")

    def _get(self, address: str) -> Answer:
        response = self.http.get(address, headers={"Accept-Encoding": self.accepts})
        self.came[how(response)] += 1
        return Answer(response.status_code, response.text, response.headers.get("ETag", ""))


def readers(middle: Middle | None = None) -> list[Behind]:
    """Return two readers behind the same proxy who accept different encodings, and one with a browser cache as well."""
    proxy = cache(Site(middle), is_shared=True)
    return [Behind(proxy), Behind(proxy, accepts="identity"), Behind(cache(proxy, is_shared=False))]


def story(walk: Walk) -> Iterator[str]:
    """Go through all changes that an article can have, and yield the name of each."""
    yield "submitted"
    walk.approve(0)
    yield "approved"
    for verb in (articles.suspend, articles.reinstate):
        walk.decide_what_stands(0, verb)
        yield verb.__name__
    walk.change_the_policy(show_pending=True, days=20, later=0)
    yield "another policy"
    walk.revise(0)
    walk.readers_are_told_the_truth()
    walk.submit(0)
    yield "the next version handed in"
    walk.approve(0)
    yield "the next version approved"
    walk.let_time_pass("before a lapse")
    yield "a second before it lapses"
    walk.let_time_pass("at a lapse")
    yield "lapsed"
    walk.decide_what_stands(0, articles.retract)
    yield "retracted"
    walk.revise(0)
    walk.readers_are_told_the_truth()
    walk.submit(0)
    yield "handed in after the retraction"
    walk.end_the_round(0, reviews.reject)
    yield "rejected"
    walk.change_the_policy(show_pending=False, days=20, later=0)
    yield "another policy"


def follow(walk: Walk, behind: list[Behind], *, is_written: bool) -> None:
    """Check every reader after each step of the story. The steps are one second apart."""
    for _ in story(walk):
        if is_written:
            walk.write(limit=10)
        witness = Witness(walk.now)
        for reader in behind:
            look(reader, witness, at=witness.truths)
        walk.now += timedelta(seconds=0 if "lapse" in _ else 1)
        walk.traveller.move_to(walk.now)
        walk.readers_are_told_the_truth()


@pytest.mark.parametrize("is_written", [False, True])
def test_every_change_is_seen_through_caches_at_the_next_moment(walk, is_written):
    walk.readers_are_told_the_truth()
    behind = readers()
    follow(walk, behind, is_written=is_written)
    for reader in behind:
        assert reader.came["revalidated"] > 100, "nothing was kept, so nothing was shown"
        assert reader.came["kept"] == 0


def say_nothing(response: httpx.Response) -> None:
    """Remove Cache-Control, so that a cache computes a heuristic lifetime from Last-Modified."""
    response.headers.pop("Cache-Control", None)
    response.headers["Last-Modified"] = http_date((timezone.now() - timedelta(days=90)).timestamp())


@pytest.mark.parametrize("middle", [let_it_be_kept, say_nothing])
def test_site_that_lets_answers_be_kept_is_seen_to_lie(walk, middle):
    walk.readers_are_told_the_truth()
    with pytest.raises(AssertionError):
        follow(walk, readers(middle), is_written=True)
