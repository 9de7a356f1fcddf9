"""The reader's endpoints over HTTP, with the clock moved."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import actions
from articles.lifecycle import State
from tests.support import factories
from tests.support.factories import NOW
from tests.support.readers import HIDDEN, HOSTILE, LAPSE, LATER, publish

pytestmark = pytest.mark.django_db

LIST = "/api/v1/articles/"
ARTICLE = "/api/v1/articles/ivig-back-pain/"
HISTORY = f"{ARTICLE}history/"


@pytest.fixture
def at_later():
    with time_machine.travel(LATER, tick=False):
        yield


def queries(api, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert api.get(address).status_code == 200
    return len(captured)


# --- reading ---------------------------------------------------------------------------------------------------------


def test_article_is_told_to_anybody_without_a_cookie(api, at_later):
    factories.make_version_at(State.APPROVED)
    answer = api.get(ARTICLE)
    assert answer.json()["review"]["status"] == "approved"
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert answer["Vary"] == "Accept, Audience-Preference"
    assert answer["Last-Modified"] == "Mon, 02 Mar 2026 09:00:00 GMT"


def test_article_says_what_an_address_is_kept_for_beside_each_box(api, at_later):
    factories.make_version_at(State.APPROVED)
    boxes = [api.get(ARTICLE).json()[name] for name in ("follow_up", "report")]
    assert [box["email_purpose"] for box in boxes] == [
        "to reply to this question",
        "to ask you about this report",
    ]
    assert {box["email_kept_days"] for box in boxes} == {90}


def test_article_does_not_ask_who_reads(api, at_later):
    factories.make_version_at(State.APPROVED)
    assert api.get(ARTICLE, HTTP_AUTHORIZATION="Token wrong").status_code == 200
    assert api.get(LIST, HTTP_AUTHORIZATION="Token wrong").status_code == 200


def test_article_has_the_keys_of_the_contract(api, at_later):
    factories.make_version_at(State.APPROVED)
    keys = "slug question version digest audience audiences review updated_at policy summary body references"
    more = "disclaimer follow_up indexable json_ld audience_note report self html history alternates"
    assert set(api.get(ARTICLE).json()) == {*keys.split(), *more.split()}


@pytest.mark.parametrize("state", HIDDEN)
@pytest.mark.parametrize("address", [ARTICLE, HISTORY])
def test_article_that_was_never_public_is_not_found(api, at_later, state, address):
    factories.make_version_at(state)
    answer, nothing = api.get(address), api.get(address.replace("ivig-back-pain", "no-such-article"))
    assert answer.status_code == nothing.status_code == 404
    told, expected = answer.json(), nothing.json()
    assert [told[key] for key in ("title", "detail", "code")] == [expected[key] for key in ("title", "detail", "code")]


def test_hidden_words_are_nowhere(api, at_later):
    approved = factories.make_version_at(State.APPROVED)
    wanda = factories.make_user("wanda")
    draft = actions.revise(version_id=approved.pk, by=wanda, now=NOW)
    texts = [factories.Text("professional", "Secret summary.", "Secret body [@orbach2005].", is_primary=True)]
    actions.edit(version_id=draft.pk, question="Secret question?", texts=texts, by=wanda, now=NOW)
    pages = [ARTICLE, HISTORY, LIST, "/", "/articles/ivig-back-pain/"]
    assert not [page for page in pages if b"Secret" in api.get(page).content]
    actions.submit(version_id=draft.pk, by=wanda, now=NOW)
    assert not [page for page in pages if b"Secret" in api.get(page).content]


def test_article_for_an_unknown_audience_is_refused_by_name(api, at_later):
    factories.make_version_at(State.APPROVED)
    answer = api.get(ARTICLE, {"audience": "nobody"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/audience"


def test_retracted_article_is_gone_with_its_notice(api, at_later):
    factories.make_version_at(State.RETRACTED)
    answer = api.get(ARTICLE)
    assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"
    told = answer.json()
    assert (told["status"], told["code"], told["notice"]) == (410, "retracted", "For the test.")
    assert (told["question"], told["retracted_at"]) == ("Can IVIG cause back pain?", "2026-03-02T09:00:00Z")
    assert "Intravenous" not in answer.content.decode()
    assert api.get(HISTORY).json()["versions"][0]["status"] == "retracted"


@pytest.mark.parametrize("audience", ["professional", "patient"])
def test_hostile_markdown_is_inert_in_the_document(api, policy, at_later, audience):
    publish(HOSTILE, codes=["patient"])
    body = api.get(ARTICLE, {"audience": audience}).json()["body"]
    for html in (body["html"], *(section["html"] for section in body["sections"])):
        for live in (
            "<script",
            "<img",
            "<div",
            "<p style",
            'onmouseover=alert(5) x="',
            'href="javascript',
            'href="data',
        ):
            assert live not in html


# --- conditional requests --------------------------------------------------------------------------------------------


def test_article_that_is_known_is_not_sent_again(api, at_later):
    factories.make_version_at(State.APPROVED)
    tag = api.get(ARTICLE)["ETag"]
    answer = api.get(ARTICLE, HTTP_IF_NONE_MATCH=tag)
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_article_that_was_approved_when_it_was_kept_is_sent_again_after_the_lapse(api):
    factories.make_version_at(State.APPROVED)
    with time_machine.travel(LAPSE - timedelta(seconds=1), tick=False):
        tag = api.get(ARTICLE)["ETag"]
        assert api.get(ARTICLE, HTTP_IF_NONE_MATCH=tag).status_code == 304
    with time_machine.travel(LAPSE, tick=False):
        answer = api.get(ARTICLE, HTTP_IF_NONE_MATCH=tag)
    assert answer.status_code == 200
    assert answer.json()["review"]["status"] == "under_review"


def test_article_is_not_kept_by_its_date_alone(api, at_later):
    factories.make_version_at(State.APPROVED)
    assert api.get(ARTICLE, HTTP_IF_MODIFIED_SINCE="Tue, 03 Mar 2026 00:00:00 GMT").status_code == 200


def test_article_for_another_audience_has_another_tag(api, policy, at_later):
    publish(codes=["patient"])
    assert api.get(ARTICLE)["ETag"] != api.get(ARTICLE, {"audience": "patient"})["ETag"]


# --- bounded work ----------------------------------------------------------------------------------------------------


def test_article_with_many_references_and_audiences_costs_the_same(api, policy, at_later):
    for count in (1, 3, 30):
        for number in range(count):
            factories.make_reference(f"w{number}")
        body = " ".join(f"[@w{number}]" for number in range(count))
        publish(body, slug=f"a{count}", codes=[f"c{number}" for number in range(count)])
    costs = {queries(api, f"/api/v1/articles/a{count}/") for count in (1, 3, 30)}
    factories.make_audience("student")
    costs.add(queries(api, "/api/v1/articles/a30/?audience=student"))
    assert costs == {2}


def test_list_of_many_articles_costs_the_same(api, policy, at_later):
    costs, made = set(), 0
    for count in (1, 3, 30):
        for number in range(made, count):
            publish(slug=f"a{number}", codes=["patient"])
        made = count
        assert len(api.get(LIST, {"page_size": 100}).json()["results"]) == count
        costs.add((queries(api, f"{LIST}?page_size=100"), queries(api, "/")))
    assert costs == {(3, 2)}


def test_history_of_many_versions_costs_the_same(api, at_later):
    version = factories.make_version_at(State.APPROVED)
    costs = {queries(api, HISTORY)}
    for _ in range(2):
        wanda = factories.make_user("wanda")
        draft = actions.revise(version_id=version.pk, by=wanda, now=NOW)
        version = factories.approve(actions.submit(version_id=draft.pk, by=wanda, now=NOW))
        costs.add(queries(api, HISTORY))
    assert costs == {3}


# --- the list --------------------------------------------------------------------------------------------------------


def test_list_tells_of_each_article_what_its_page_tells(api, at_later):
    factories.make_version_at(State.APPROVED)
    (row,) = api.get(LIST).json()["results"]
    whole = api.get(ARTICLE).json()
    for key in ("slug", "question", "summary", "updated_at", "html"):
        assert row[key] == whole[key]
    for key in ("status", "statement", "last_reviewed"):
        assert row[key] == whole["review"][key]
    assert row["url"] == "http://127.0.0.1:8000/api/v1/articles/ivig-back-pain/"


def test_list_is_paged_newest_first(api, policy, at_later):
    for number in range(3):
        publish(slug=f"a{number}")
    first = api.get(LIST, {"page_size": 2})
    assert [row["slug"] for row in first.json()["results"]] == ["a2", "a1"]
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert [row["slug"] for row in api.get(first.json()["next"]).json()["results"]] == ["a0"]


def test_list_by_specialty_and_status_narrows(api, policy, at_later):
    factories.make_specialty("immunology")
    classification = actions.Classification(specialties=["immunology"])
    draft = factories.make_draft("a", classification=classification)
    actions.submit(version_id=draft.pk, by=factories.make_user("wanda"), now=NOW)
    factories.make_submitted("b")
    found = {
        query: [row["slug"] for row in api.get(LIST + query).json()["results"]]
        for query in ("?specialty=immunology", "?status=submitted", "?status=approved", "?specialty=nothing")
    }
    assert list(found.values()) == [["a"], ["b", "a"], [], []]


def test_list_by_an_unknown_status_is_refused_by_name(api, policy):
    answer = api.get(LIST, {"status": "retracted"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/status"


def test_list_without_a_policy_is_empty(api, db):
    assert api.get(LIST).json() == {"results": [], "next": None, "previous": None}


# --- the published schema --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED, State.SUSPENDED])
def test_answers_are_as_the_schema_says(api, at_later, state):
    jsonschema = pytest.importorskip("jsonschema")
    factories.make_version_at(state)
    schema = json.loads(api.get("/api/v1/schema/?format=json").content)
    for address, path in ((ARTICLE, ARTICLE), (HISTORY, HISTORY), (LIST, LIST)):
        described = schema["paths"][path.replace("ivig-back-pain", "{slug}")]["get"]["responses"]["200"]
        shape = described["content"]["application/json"]["schema"]
        jsonschema.validate(api.get(address).json(), {**shape, "components": schema["components"]})
