"""What search engines and feed readers are told: true at the moment of asking."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client

from articles import actions
from articles.lifecycle import State
from articles.models import Version
from articles.reader.sitemap_and_feed import AnswerSitemap
from tests.support import factories
from tests.support.factories import NOW
from tests.support.readers import LAPSE, LATER, publish

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://answers.example.org"


def found(path: str, name: str, *, at=LATER) -> list[str]:
    """The texts of all elements called ``name``."""
    with time_machine.travel(at, tick=False):
        answer = Client().get(path)
    assert answer.status_code == 200
    return [element.text for element in ElementTree.fromstring(answer.content).iter(name)]


def pages(*, at=LATER) -> list[str]:
    """Those of the sitemap of answers, which is there and in the index only while it has one."""
    indexed = [address for address in found("/sitemap.xml", f"{SITEMAP}loc", at=at) if "sitemap-answers" in address]
    if indexed:
        return found("/sitemap-answers.xml", f"{SITEMAP}loc", at=at)
    with time_machine.travel(at, tick=False):
        assert Client().get("/sitemap-answers.xml").status_code == 404
    return []


def entries(*, at=LATER) -> list[str]:
    """Titles of the feed's entries; the first title is the feed's own."""
    return found("/feed.atom", f"{ATOM}title", at=at)[1:]


PAGE = "https://answers.example.org/articles/ivig-back-pain/"
QUESTION = "Can IVIG cause back pain?"


@pytest.mark.parametrize("state", State)
def test_sitemap_has_what_is_approved_and_the_feed_what_was_retracted_too(state):
    factories.make_version_at(state)
    stands = state in (State.APPROVED, State.SUPERSEDED)  # what superseded it is approved
    question = "Can IVIG cause low back pain?" if state == State.SUPERSEDED else QUESTION
    retracted = [f"Retracted: {question}"] if state == State.RETRACTED else []
    assert pages() == ([PAGE] if stands else [])
    assert entries() == ([f"Approved: {question}"] if stands else retracted)


def test_approval_that_lapses_leaves_both_by_the_clock_alone():
    factories.make_approved()
    assert (pages(at=LAPSE - timedelta(seconds=1)), pages(at=LAPSE)) == ([PAGE], [])
    assert len(entries(at=LAPSE - timedelta(seconds=1))) == 1
    assert entries(at=LAPSE) == []


def test_feed_is_asked_for_again_each_time_and_answers_304_while_it_says_the_same(edith):
    version = factories.make_approved()
    with time_machine.travel(LATER, tick=False):
        first = Client().get("/feed.atom")
        tag = first["ETag"]
        assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert Client().get("/feed.atom", headers={"If-None-Match": tag}).status_code == 304
        actions.suspend(version_id=version.pk, reason="Doubt.", by=edith, now=LATER)
        assert Client().get("/feed.atom", headers={"If-None-Match": tag}).status_code == 200


def test_sitemap_is_asked_for_again_each_time_and_answers_304_while_it_says_the_same(edith):
    version = factories.make_approved()
    factories.make_approved("another")
    with time_machine.travel(LATER, tick=False):
        first = Client().get("/sitemap-answers.xml")
        assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert "Last-Modified" not in first
        known = {"If-None-Match": first["ETag"]}
        assert Client().get("/sitemap-answers.xml", headers=known).status_code == 304
        actions.suspend(version_id=version.pk, reason="Doubt.", by=edith, now=LATER)
        assert Client().get("/sitemap-answers.xml", headers=known).status_code == 200


def test_entry_says_how_the_review_stands_or_why_the_answer_was_retracted():
    factories.make_approved()
    factories.make_version_at(State.RETRACTED, "gone")
    approval, retraction = found("/feed.atom", f"{ATOM}summary")
    assert approval == "Reviewed and approved by our medical advisory board. Yes, sometimes."
    assert retraction == f"“{QUESTION}” was retracted on 2 March 2026: For the test."
    names = found("/feed.atom", f"{ATOM}id")[1:]
    assert names == [f"{PAGE}#version-1-approved", "https://answers.example.org/articles/gone/#version-1-retracted"]
    assert found("/feed.atom", f"{ATOM}updated")[1:] == ["2026-03-02T09:00:00+00:00"] * 2


def test_markup_of_writers_stays_text(policy, edith):
    publish(question="Is <b>5 < 6</b> & safe?")
    factories.approve(Version.objects.get())
    assert entries() == ["Approved: Is <b>5 < 6</b> & safe?"]
    actions.retract(version_id=Version.objects.get().pk, reason="<script>1</script>", by=edith, now=NOW)
    (words,) = found("/feed.atom", f"{ATOM}summary")
    assert words.endswith("&lt;script&gt;1&lt;/script&gt;")  # it is HTML, as the feed says


def test_index_leads_to_both_parts_with_the_last_change():
    factories.make_approved()
    assert found("/sitemap.xml", f"{SITEMAP}loc") == [
        "https://answers.example.org/sitemap-answers.xml",
        "https://answers.example.org/sitemap-pages.xml",
    ]
    assert found("/sitemap.xml", f"{SITEMAP}lastmod") == ["2026-03-02T09:00:00+00:00"]
    site = "https://answers.example.org"
    assert found("/sitemap-pages.xml", f"{SITEMAP}loc") == [f"{site}/", f"{site}/policy/", f"{site}/board/"]
    assert found("/sitemap-answers.xml", f"{SITEMAP}lastmod") == ["2026-03-02"]


def test_index_knows_that_a_policy_changed_every_answer():
    factories.make_approved()
    begun = NOW + timedelta(days=3)
    factories.make_policy(number=2, in_force_from=begun)
    later = {"at": begun + timedelta(days=1)}
    assert found("/sitemap-answers.xml", f"{SITEMAP}lastmod", **later) == ["2026-03-05"]
    assert found("/sitemap.xml", f"{SITEMAP}lastmod", **later) == ["2026-03-05T09:00:00+00:00"]


def test_index_leads_to_every_page_of_a_part(monkeypatch):
    monkeypatch.setattr(AnswerSitemap, "limit", 1)
    factories.make_approved()
    factories.make_approved("another")
    first, second, _pages = found("/sitemap.xml", f"{SITEMAP}loc")
    assert second == f"{first}?p=2" == "https://answers.example.org/sitemap-answers.xml?p=2"
    assert len(found("/sitemap-answers.xml?p=2", f"{SITEMAP}loc")) == 1


def test_without_a_policy_nothing_is_told():
    assert (pages(), entries()) == ([], [])


@pytest.mark.parametrize("count", [1, 5])
def test_feed_and_sitemap_ask_the_same_number_of_queries_however_long_they_are(count, django_assert_num_queries):
    for number in range(count):
        factories.make_approved(f"answer-{number}")
    with django_assert_num_queries(3):
        assert len(found("/sitemap-answers.xml", f"{SITEMAP}loc")) == count
    with django_assert_num_queries(3):
        assert len(entries()) == count


def test_robots_are_kept_out_of_what_is_not_for_them_and_led_to_the_sitemap():
    answer = Client().get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /answer/",
        "Disallow: /api/",
        "Disallow: /calendar/",
        "",
        "Sitemap: https://answers.example.org/sitemap.xml",
    ]
