"""The reader's pages."""

import html
import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest
import time_machine

from articles import actions
from articles.lifecycle import State
from articles.models import Reference
from tests.support import factories
from tests.support.factories import NOW
from tests.support.readers import HIDDEN, HOSTILE, LAPSE, LATER, publish
from tests.support.retraction_lists import make_list, make_record, make_work

pytestmark = pytest.mark.django_db

PAGE = "/articles/ivig-back-pain/"
LIVE = re.compile(r"\s*(javascript|data|vbscript):", re.IGNORECASE)
NOT_CHECKED = "Not checked for retractions yet, so it is not known whether any of these works was retracted."
NOINDEX = '<meta name="robots" content="noindex">'


@pytest.fixture(autouse=True)
def at_later():
    with time_machine.travel(LATER, tick=False):
        yield


def text_of(answer) -> str:
    return answer.content.decode()


def elements_of(page: str) -> list[tuple[str, dict]]:
    """Every element as a browser reads it, with its attributes."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
    parser.feed(page)
    return found


def json_ld(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])


# --- the article -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "state", [State.SUBMITTED, State.UNDER_REVIEW, State.CHANGES_REQUESTED, State.APPROVED, State.SUSPENDED]
)
def test_page_shows_what_the_document_says(client, api, state):
    factories.make_version_at(state)
    told, page = api.get(f"/api/v1{PAGE}").json(), text_of(client.get(PAGE))
    for shown in (told["question"], told["review"]["statement"], told["summary"], told["disclaimer"]):
        assert html.escape(shown) in page
    assert ("Caution" in page) is (told["review"]["caution"] is not None)
    assert (NOINDEX in page) is (not told["indexable"])
    assert told["body"]["html"] in page
    assert json_ld(page) == told["json_ld"]


@pytest.mark.parametrize(
    ("state", "current"),
    [(State.SUBMITTED, "Submitted"), (State.UNDER_REVIEW, "Under Review"), (State.APPROVED, "Approved")],
)
def test_page_marks_the_present_step(client, state, current):
    factories.make_version_at(state)
    steps = re.findall(r'aria-current="step">.*?class="label">([^<]+)<', text_of(client.get(PAGE)), re.DOTALL)
    assert steps == [current]


def test_page_of_an_approved_article_names_reviewers_and_the_next_review(client):
    factories.make_member("ada", orcid="0000-0002-1825-0097", orcid_authenticated_at=factories.NOW)
    factories.make_member("ben", credentials="")
    factories.make_version_at(State.APPROVED)
    page = text_of(client.get(PAGE))
    assert '<a href="https://orcid.org/0000-0002-1825-0097" rel="noopener noreferrer">Ada Example</a>, MD, PhD' in page
    assert "Ben Example</span>" in page
    assert '<dt>Next review due</dt><dd><time datetime="2027-03-02T09:00:00Z">2 March 2027</time></dd>' in page


def test_page_says_as_of_when_for_who_prints_it(client):
    factories.make_version_at(State.APPROVED)
    assert f"{LATER:%H:%M} UTC</time>; see the address below the text for the current state" in text_of(
        client.get(PAGE)
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.SUBMITTED, "Version 1, submitted on 2 March 2026"),
        (State.UNDER_REVIEW, "Version 1, under review since 2 March 2026"),
        (State.SUSPENDED, "Version 1, last reviewed on 2 March 2026"),
        (State.APPROVED, "Version 1, approved on 2 March 2026 by Ada Example and Ben Example"),
    ],
)
def test_heading_of_the_page_says_what_was_reviewed_by_whom_and_when(client, state, words):
    factories.make_version_at(state)
    (heading,) = re.findall(r'<span class="reviewed">(.*?)</span>', text_of(client.get(PAGE)))
    assert re.sub(r"<[^>]+>", "", heading) == words


def test_page_after_the_lapse_takes_the_approval_back(client):
    factories.make_version_at(State.APPROVED)
    with time_machine.travel(LAPSE, tick=False):
        page = text_of(client.get(PAGE))
    assert "Reviewed and approved" not in page
    assert "Reviewed by" not in page
    assert "approved on" not in page
    assert "Review was due" in page
    assert "Not at present" in page
    assert NOINDEX in page


def test_page_links_citations_to_references_and_back(client):
    factories.make_version_at(State.APPROVED)
    page = text_of(client.get(PAGE))
    assert '<a href="#ref-1" id="cite-1-2"' in page
    assert '<li id="ref-1" value="1">' in page
    assert 'href="#cite-1-2"' in page


@pytest.mark.parametrize(
    ("first", "second", "above", "beside"),
    [
        (("unknown", None), ("unknown", None), NOT_CHECKED, ["", ""]),
        (("clear", 1), ("clear", 1), "Checked for retractions as of 1 March 2026.", ["", ""]),
        (
            ("clear", 1),
            ("clear", 2),
            "Checked for retractions as of 2 March 2026.",
            ["No retraction known on 1 March 2026", ""],
        ),
        (
            ("unknown", None),
            ("clear", 2),
            "Checked for retractions as of 2 March 2026.",
            ["Not known whether it was retracted", ""],
        ),
        (
            ("clear", 1),
            ("retracted", 1),
            "Checked for retractions as of 1 March 2026.",
            ["", "Retracted as of 1 March 2026"],
        ),
    ],
)
def test_page_says_once_as_of_when_retractions_are_known_and_beside_a_work_what_differs(
    client, first, second, above, beside
):
    factories.make_version_at(State.APPROVED)
    edith = factories.make_user("edith")
    for key, (status, day) in (("orbach2005", first), ("stiehm2013", second)):
        work = Reference.objects.get(key=key)
        work.retraction, work.retraction_as_of = status, date(2026, 3, day) if day else None
        work.record(by=edith, now=NOW)
    page = text_of(client.get(PAGE))
    assert page.count("Retracted</strong>") == [first, second].count(("retracted", 1))
    references = page.partition('id="references-title"')[2]
    assert re.sub(r"<[^>]+>", "", references).count(above) == 1
    notes = re.findall(r'<li id="ref-.*?<p class="small">(.*?)<span class="back', references, re.DOTALL)
    assert [re.sub(r"<[^>]+>", "", note).strip() for note in notes] == beside


def test_page_shows_notices_about_a_work_beside_it(client):
    make_work()
    factories.make_version_at(State.APPROVED)
    make_list()
    make_record(1, "retraction", notice_date=date(2019, 5, 1), notice_doi="10.1000/notice")
    make_record(2, "reinstatement", notice_date=date(2021, 5, 1))
    page = " ".join(re.sub(r"<[^>]+>", "", text_of(client.get(PAGE))).split())
    assert "Reinstated on 1 May 2021 Retracted on 1 May 2019: read the notice about reference 1" in page
    assert 'href="https://doi.org/10.1000/notice"' in text_of(client.get(PAGE))


def test_page_has_an_address_for_each_text_that_there_is(client, policy):
    publish(codes=["patient"])
    factories.make_audience("student")
    page = text_of(client.get(PAGE, {"audience": "patient"}))
    others = re.findall(r'<link rel="alternate" href="([^"]+)" title="For: ([^"]+)">', page)
    assert others == [("?audience=professional", "Professional")]
    assert '<link rel="canonical" href="http://127.0.0.1:8000/articles/ivig-back-pain/?audience=patient">' in page


def test_page_for_an_audience_without_a_text_says_so(client):
    factories.make_version_at(State.APPROVED)
    factories.make_audience("student")
    assert "There is no text for “Student” yet" in text_of(client.get(PAGE, {"audience": "student"}))


def test_page_for_an_unknown_audience_is_refused(client):
    factories.make_version_at(State.APPROVED)
    answer = client.get(PAGE, {"audience": "<script>nobody"})
    assert answer.status_code == 422
    assert "There is no audience “&lt;script&gt;nobody”." in text_of(answer)


def test_page_is_kept_by_nobody_but_its_reader(client):
    factories.make_version_at(State.APPROVED)
    assert client.get(PAGE)["Cache-Control"] == "private, max-age=0, must-revalidate"


@pytest.mark.parametrize("state", HIDDEN)
def test_page_of_what_is_not_public_is_not_found(client, state):
    factories.make_version_at(state)
    answer = client.get(PAGE)
    assert answer.status_code == 404
    assert "There is nothing here" in text_of(answer) or "There is no such article" in text_of(answer)


def test_page_of_a_retracted_article_is_a_tombstone(client):
    factories.make_version_at(State.RETRACTED)
    answer = client.get(PAGE)
    page = text_of(answer)
    assert answer.status_code == 410
    assert "Notice of retraction" in page
    assert "For the test." in page
    assert NOINDEX in page
    assert "Intravenous immunoglobulin can cause" not in page


# --- nothing executes ------------------------------------------------------------------------------------------------


def test_page_with_hostile_markdown_holds_no_live_element(client, policy):
    publish(HOSTILE, question="</script><script>alert(8)</script>?")
    page = text_of(client.get(PAGE))
    assert re.findall(r"<script[^>]*>", page) == ['<script type="application/ld+json">']
    assert json_ld(page)["name"] == "</script><script>alert(8)</script>?"
    elements = elements_of(page)
    assert not [name for _, attributes in elements for name in attributes if name.startswith("on") or name == "style"]
    assert not [value for _, attributes in elements for value in attributes.values() if LIVE.match(value or "")]
    assert not {"img", "iframe", "object", "svg"} & {tag for tag, _ in elements}


def test_page_escapes_what_others_wrote(client):
    version = factories.make_version_at(State.APPROVED)
    act = {"version_id": version.pk, "by": factories.make_user("edith"), "now": NOW}
    actions.suspend(**act, reason="<b>bad</b> & worse")
    assert "&lt;b&gt;bad&lt;/b&gt; &amp; worse" in text_of(client.get(PAGE))
    actions.retract(**act, reason="<i>gone</i>")
    assert "&lt;i&gt;gone&lt;/i&gt;" in text_of(client.get(PAGE))


# --- list, policy, board ---------------------------------------------------------------------------------------------


def test_list_page_shows_each_article_with_its_status(client):
    factories.make_version_at(State.APPROVED, "a")
    factories.make_version_at(State.SUBMITTED, "b")
    factories.make_version_at(State.SUSPENDED, "c")
    page = text_of(client.get("/"))
    assert re.findall(r'class="chip [^"]+">([^<]+)<', page) == ["Under Review", "Submitted", "✓ Approved"]
    assert page.count('href="/articles/a/"') == 1


def test_list_page_leads_to_the_next_and_back(client, policy):
    for number in range(21):
        publish(slug=f"a{number}")
    first = text_of(client.get("/"))
    assert 'rel="prev"' not in first
    older = re.search(r'rel="next" href="([^"]+)"', first)[1]
    second = text_of(client.get(html.unescape(older)))
    assert 'href="/articles/a0/"' in second
    assert 'rel="prev"' in second


@pytest.mark.parametrize("with_policy", [True, False])
def test_list_page_without_articles_says_so(client, with_policy):
    if with_policy:
        factories.make_policy()
    assert "No answers have been published yet" in text_of(client.get("/"))


def test_list_page_with_a_forged_cursor_is_refused(client, policy):
    assert client.get("/", {"cursor": "forged"}).status_code == 422


def test_policy_page_shows_the_one_in_force_and_the_others(client):
    factories.make_policy()
    factories.make_policy(number=2)
    assert "Version 2, in force from" in text_of(client.get("/policy/"))
    old = text_of(client.get("/policy/1/"))
    assert "no longer in force" in old
    assert "Two members of the board approve every answer." in old


def test_policy_page_with_headings_and_hostile_text_is_inert(client):
    policy = factories.EditorialPolicy(
        number=9, title="<b>P</b>", text="Intro.\n\n## Rules\n\n<script>alert(1)</script>"
    )
    edith = factories.make_user("edith", is_editor=True)
    policy.record(by=edith, now=NOW)
    for risk in factories.RiskTier:
        factories.PolicyRule(policy=policy, risk=risk, quorum=1, shelf_life_days=1).record(by=edith, now=NOW)
    factories.publish_policy(policy_id=policy.pk, by=edith, now=NOW)
    page = text_of(client.get("/policy/"))
    assert '<h2 id="s-rules">Rules</h2>' in page
    assert "<script" not in page
    assert "<b>P" not in page


def test_policy_page_of_what_was_never_published_is_not_found(client):
    factories.make_policy()
    factories.EditorialPolicy.objects.create(number=2, title="Secret", text="Secret")
    assert client.get("/policy/2/").status_code == 404
    assert "Secret" not in text_of(client.get("/policy/"))


def test_policy_page_without_any_is_not_found(client):
    assert client.get("/policy/").status_code == 404


def test_board_page_names_public_members_in_office(client):
    factories.make_member("ada", orcid="0000-0002-1825-0097", bio="Works <b>here</b>.")
    factories.make_member("ben", credentials="", specialties=[])
    factories.make_member("cleo", is_public=False)
    factories.make_member("dora", term_to=date(2026, 1, 1))
    page = text_of(client.get("/board/"))
    named = ("Ada Example", "Ben Example", "Immunology", "Works &lt;b&gt;here&lt;/b&gt;.", "Cleo", "Dora")
    assert [name in page for name in named] == [True, True, True, True, False, False]


def test_board_page_without_members_says_so(client):
    assert "No members are named here" in text_of(client.get("/board/"))


def test_unknown_page_is_a_page_of_ours(client):
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert "Go to the start page" in text_of(answer)


# --- caching ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [PAGE, f"{PAGE}history/", "/", "/policy/", "/board/", "/search/?q=pain"])
def test_page_sets_no_cookie_and_is_sent_again_only_when_it_changed(client, edith, page):
    version = factories.make_version_at(State.APPROVED)
    first = client.get(page)
    assert (first.status_code, first.cookies.keys()) == (200, set())
    again = client.get(page, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    actions.suspend(version_id=version.pk, reason="The dose is wrong.", by=edith, now=LATER)
    after = client.get(page, headers={"If-None-Match": first["ETag"]})
    shows_approval = page not in ("/policy/", "/board/")
    assert after.status_code == (200 if shows_approval else 304)
