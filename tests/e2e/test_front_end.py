"""docs/examples/reader.html, on another origin, shows the same as the server's own page, and stays up to date."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles import actions
from articles.lifecycle import State
from articles.models import Question, Report
from articles.models.retractions import Nature
from tests.e2e.test_accessibility import ALL, COLOURS, ENLARGED, TABLET, grave
from tests.support import factories
from tests.support.readers import publish
from tests.support.retraction_lists import make_list, make_record, make_work

FILE = Path(__file__).parents[2] / "docs/examples/reader.html"
ADDRESS = "http://127.0.0.1:8000/api/v1/"
PARTS = [
    *("h1", ".statement", ".steps", ".caution", ".facts", ".audiences", ".summary", ".prose"),
    *(".references", ".disclaimer", "#question > p", "#report summary"),
]
SLUG = "ivig-back-pain"
SHOWN = [State.SUBMITTED, State.UNDER_REVIEW, State.CHANGES_REQUESTED, State.APPROVED, State.SUSPENDED]

pytestmark = pytest.mark.django_db(transaction=True)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args) -> None:
        """Log nothing."""


@pytest.fixture
def front_end(live_server, settings, tmp_path) -> Iterator[str]:
    """The URL of the file, which sends its requests to this test's server."""
    settings.SITE_URL = live_server.url
    text = FILE.read_text()
    assert text.count(ADDRESS) == 1
    (tmp_path / "reader.html").write_text(text.replace(ADDRESS, f"{live_server.url}/api/v1/"))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/reader.html"
        server.shutdown()
        thread.join()


@pytest.fixture
def expected_on_console(front_end) -> list[str]:
    """The second origin, and the browser's messages about refused requests that a test causes."""
    return [front_end.removesuffix("reader.html"), "the server responded with a status of"]


@pytest.fixture
def both(front_end, open_page) -> Callable[..., tuple[Page, Page]]:
    """Open an article on both pages: the front-end's and the server's own."""

    def opened(slug: str = SLUG, audience: str = "") -> tuple[Page, Page]:
        more = f"audience={audience}" if audience else ""
        ours, theirs = open_page(), open_page()
        ours.goto(f"{front_end}?article={slug}&{more}")
        expect(ours.locator("h1")).to_be_visible()
        theirs.goto(f"/articles/{slug}/?{more}")
        return ours, theirs

    return opened


def words(page: Page, part: str) -> list[str]:
    """Return the visible text of each element, without line breaks."""
    return [re.sub(r"\s+", " ", text).strip() for text in page.locator(f"main {part}").all_inner_texts()]


def links(page: Page) -> list[tuple[str, str]]:
    leading_on = page.locator("main :is(.facts, .prose, .references) a")
    found = leading_on.evaluate_all("all => all.map(a => [a.href, a.text])")
    return [(href.partition("#")[2] if "#" in href else href, text.strip()) for href, text in found]


def hold_alike(ours: Page, theirs: Page, parts: list[str] = PARTS) -> None:
    assert {part: words(ours, part) for part in parts} == {part: words(theirs, part) for part in parts}
    assert links(ours) == links(theirs)
    robots = [page.locator('meta[name="robots"]').get_attribute("content") for page in (ours, theirs)]
    assert robots[0] == robots[1]


def json_ld(page: Page) -> dict:
    return json.loads(page.locator('script[type="application/ld+json"]').text_content() or "null")


@pytest.mark.parametrize("state", SHOWN)
def test_front_end_says_what_the_page_of_the_server_says(both, state):
    factories.make_member("ada", orcid="0000-0002-1825-0097", orcid_authenticated_at=factories.NOW)
    factories.make_version_at(state, now=timezone.now())
    ours, theirs = both()
    hold_alike(ours, theirs)
    assert json_ld(ours) == json_ld(theirs)
    assert bool(words(ours, ".caution")) is (state != State.APPROVED)


def test_front_end_says_that_an_approval_lapsed(both):
    factories.make_version_at(State.APPROVED, now=timezone.now() - timedelta(days=400))
    ours, theirs = both()
    hold_alike(ours, theirs)
    assert "lapsed" in words(ours, ".statement")[0]


@pytest.mark.parametrize("audience", ["patient", "student"])
def test_front_end_shows_the_text_of_the_audience_or_says_why_not(both, audience):
    factories.make_policy()
    publish(codes=["patient"])
    factories.make_audience("student", name="Student")
    ours, theirs = both(audience=audience)
    hold_alike(ours, theirs)
    assert bool(words(ours, ".audiences .note")) is (audience == "student")


def test_front_end_keeps_what_a_reader_says_they_are_until_they_take_it_back(both, front_end):
    factories.make_audience("professional", name="Professional", position=1)
    factories.make_audience("patient", name="Patient", position=2)
    factories.make_audience("caregiver", name="Relative", position=3)
    factories.make_policy(fallbacks={"caregiver": "patient"})
    publish(codes=["patient"])
    ours, theirs = both()
    hold_alike(ours, theirs)
    ours.get_by_role("link", name="Relative").click()
    expect(ours.locator(".audiences .note")).to_have_text(
        "There is no text for “Relative” yet; this one is for “Patient”."
    )
    theirs.get_by_role("button", name="Relative").click()
    expect(theirs.locator(".audiences .note")).to_be_visible()
    ours.goto(f"{front_end}?article={SLUG}")
    theirs.goto(f"/articles/{SLUG}/")
    expect(ours.locator(".audiences [aria-current]")).to_have_text("Relative")
    hold_alike(ours, theirs)
    for page in (ours, theirs):
        page.get_by_role("button", name="Clear my choice").click()
        expect(page.locator(".audiences [aria-current]")).to_have_text("Professional")
    hold_alike(ours, theirs)


def test_front_end_shows_what_was_published_about_a_work(both):
    make_work()
    factories.make_version_at(State.APPROVED, now=timezone.now())
    make_list()
    make_record(1, Nature.CONCERN, notice_date=date(2026, 1, 15), notice_doi="10.1000/notice")
    make_record(2)
    ours, theirs = both()
    hold_alike(ours, theirs)
    assert len(words(ours, ".notices li")) == 2


def test_front_end_shows_a_tombstone_and_no_text(both):
    factories.make_version_at(State.RETRACTED, now=timezone.now())
    ours, theirs = both()
    hold_alike(ours, theirs, ["h1", ".chips", ".lead", ".caution", ".facts"])
    assert ours.locator(".prose").count() == 0


def test_front_end_shows_nothing_of_a_draft(both):
    factories.make_version_at(State.DRAFT)
    ours, _theirs = both()
    assert words(ours, "h1") == ["Not found"]


def test_front_end_lists_what_the_server_lists(front_end, open_page):
    for state in SHOWN:
        factories.make_version_at(state, state.replace("_", "-"), now=timezone.now())
    ours, theirs = open_page(), open_page()
    ours.goto(front_end)
    theirs.goto("/")
    expect(ours.locator("h1")).to_be_visible()
    for part in ("h1", ".lead", ".entries .chips", ".entries h2", ".entries .small"):
        assert words(ours, part) == words(theirs, part)
    ours.locator(".entries a").first.click()
    expect(ours.locator(".statement")).to_be_visible()


# --- it stays true --------------------------------------------------------------------------------------------------


def look_again(page: Page) -> int:
    """Return to the page. Return the status of the response to its request."""
    with page.expect_response(lambda answer: f"/api/v1/articles/{SLUG}/" in answer.url) as asked:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    return asked.value.status


def test_front_end_asks_again_when_a_reader_comes_back(both):
    version = factories.make_version_at(State.APPROVED, now=timezone.now())
    ours, theirs = both()
    assert look_again(ours) == 304
    ours.get_by_label("Your question").fill("Does it")
    editor = factories.make_user("edith", is_editor=True)
    actions.suspend(version_id=version.pk, reason="A report.", by=editor, now=timezone.now())
    assert look_again(ours) == 200
    expect(ours.locator(".caution")).to_contain_text("A report.")
    expect(ours.get_by_label("Your question")).to_have_value("Does it")
    theirs.reload()
    hold_alike(ours, theirs)
    assert json_ld(ours) == json_ld(theirs)
    actions.retract(version_id=version.pk, reason="Wrong.", by=editor, now=timezone.now())
    assert look_again(ours) == 410
    expect(ours.locator(".prose")).to_have_count(0)
    assert json_ld(ours) is None


def test_front_end_takes_an_approval_back_by_the_clock(front_end, open_page):
    now = timezone.now()
    factories.make_version_at(State.APPROVED, now=now - timedelta(days=365) + timedelta(minutes=3))
    page = open_page()
    page.clock.install(time=now)
    page.goto(f"{front_end}?article={SLUG}")
    expect(page.locator(".statement-approved")).to_be_visible()
    with time_machine.travel(now + timedelta(minutes=4)):
        page.clock.fast_forward("04:00")
        expect(page.locator(".caution")).to_contain_text("lapsed")
        expect(page.locator(".statement-approved")).to_have_count(0)


def test_front_end_says_when_it_cannot_ask(both, expected_on_console):
    expected_on_console.append("ERR_FAILED")
    factories.make_version_at(State.APPROVED, now=timezone.now())
    ours, _theirs = both()
    ours.route("**/api/**", lambda route: route.abort())
    ours.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(ours.get_by_role("alert").first).to_contain_text("We could not ask")
    ours.unroute("**/api/**")
    assert look_again(ours) == 304
    expect(ours.get_by_text("We could not ask")).to_have_count(0)


def test_front_end_that_cannot_ask_at_first_shows_nothing_to_rely_on_and_tries_again(
    front_end, open_page, expected_on_console
):
    expected_on_console.append("ERR_FAILED")
    factories.make_version_at(State.APPROVED, now=timezone.now())
    page = open_page()
    page.route("**/api/**", lambda route: route.abort())
    page.goto(f"{front_end}?article={SLUG}")
    expect(page.locator("main")).to_contain_text("Nothing could be asked for")
    expect(page.get_by_text("what you read here")).to_have_count(0)
    page.unroute("**/api/**")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".statement-approved")).to_be_visible()


def test_front_end_leads_to_the_list_when_no_answer_is_named(front_end, open_page):
    page = open_page()
    page.goto(f"{front_end}?article=")
    expect(page.get_by_role("heading", name="Answers to clinical questions")).to_be_visible()


# --- what readers send ----------------------------------------------------------------------------------------------


def test_front_end_answers_a_question_as_the_server_does(both, own_counts):
    factories.make_version_at(State.APPROVED, now=timezone.now())
    ours, theirs = both()
    for page in (ours, theirs):
        page.get_by_label("Your question").fill("Can immunoglobulin cause back pain?")
        page.get_by_role("button", name="Look for an answer").click()
        expect(page.locator(".found h3")).to_have_text("Answered here")
    for part in (".found .chips", ".found h4", ".found blockquote", ".found mark", ".found li", ".found .small"):
        assert words(ours, part) == words(theirs, part) != []


def test_front_end_sends_questions_and_reports(both, own_counts, monkeypatch):
    monkeypatch.setattr("articles.reader_messages.form_tokens.READS_FOR", timedelta(0))
    factories.make_version_at(State.APPROVED, now=timezone.now())
    ours, _theirs = both()
    question = ours.locator("#question")
    look = question.get_by_role("button", name="Look for an answer")
    look.click()
    expect(question.locator(".error").first).to_contain_text("blank")
    question.get_by_label("Your question").fill("Is water enough?")
    look.click()
    expect(question.locator(".found")).to_contain_text("no good answer")
    question.get_by_role("button", name="Send it to the editors").click()
    expect(question).to_contain_text("Thank you. Your question is with our editors.")
    report = ours.locator("#report")
    report.locator("summary").click()
    report.get_by_label("What is wrong?").fill("A dose.")
    report.get_by_label("Which statement?").select_option(index=1)
    report.get_by_role("button").click()
    expect(report).to_contain_text("Thank you. Our editors will look into it.")
    assert Question.objects.get().text == "Is water enough?"
    assert (Report.objects.get().text, bool(Report.objects.get().claim)) == ("A dose.", True)


def test_front_end_tells_the_history_that_the_server_tells(both):
    factories.make_version_at(State.SUSPENDED, now=timezone.now())
    ours, theirs = both()
    ours.locator(".history summary").click()
    expect(ours.locator(".history li").first).to_be_visible()
    theirs.goto(f"/articles/{SLUG}/history/")
    for event in words(theirs, ".entry :is(h2, p:not(.small))"):
        expect(ours.locator(".history ol")).to_contain_text(event)


def test_front_end_leads_from_a_citation_to_its_work_and_back(both):
    factories.make_version_at(State.APPROVED, now=timezone.now())
    ours, _theirs = both()
    ours.locator(".citation a").first.click()
    expect(ours.locator("#ref-1")).to_be_in_viewport()
    ours.locator("#ref-1 .back a").first.click()
    expect(ours.locator("#cite-1-1")).to_be_in_viewport()


def test_front_end_is_for_everybody(front_end, forgiving):
    factories.make_policy()
    publish(codes=["patient"], slug="waiting")
    factories.make_version_at(State.APPROVED, now=timezone.now())
    factories.make_version_at(State.RETRACTED, "gone", now=timezone.now())
    page = forgiving(factories.make_user("wanda"), viewport=TABLET, device_scale_factor=2)
    wrong = []
    for query in ("", f"?article={SLUG}", "?article=waiting", "?article=gone", "?article=nowhere"):
        page.goto(f"{front_end}{query}")
        expect(page.locator("h1")).to_be_visible()
        for scheme, rules in (("light", ALL), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            wrong += [(query, scheme, fault) for fault in grave(page, rules)]
        for size in (TABLET, ENLARGED, {"width": 320, "height": 640}):
            page.set_viewport_size(size)
            wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            wrong += [(query, size["width"])] if wide else []
    assert wrong == []
