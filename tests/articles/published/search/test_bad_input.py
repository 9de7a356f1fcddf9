"""What nobody means well with: refused or bounded, at the search and at the question box."""

import pytest
import time_machine
from django.core import mail

from articles import actions, tasks
from articles.lifecycle import State
from articles.models import Question
from tests.support import factories
from tests.support.api import refused
from tests.support.readers import LATER, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

SEARCH = "/api/v1/search/"
ASK = "/api/v1/articles/ivig-back-pain/questions/"
PAGE = "/articles/ivig-back-pain/question/"
SIGNS = [
    "' OR 1=1; DROP TABLE articles_article; --",
    "back & pain | ! ( <-> :* ) 'immunoglobulin':*AB",
    "%(at)s %s %% {fits} {0} \\ \\x00 $1 $$",
    "(?:a+)+$ [[:alpha:]] .* ^ \\d",
    "\ue000<mark>\ue001 \u202e\u200b \ufeff",
    "pain " * 390,
    " ".join(f"word{number}" for number in range(250)),
]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


@pytest.fixture
def approved():
    return factories.make_version_at(State.APPROVED)


# --- searches ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def cursor(api, policy):
    """Of the second page of a search without filters."""
    factories.make_specialty()
    for number in range(3):
        publish(slug=f"a-{number}", question="Which willow?")
    first = api.get(SEARCH, {"q": "willow", "page_size": 1}).json()
    return first["next"].partition("cursor=")[2].partition("&")[0].replace("%3A", ":")


@pytest.mark.parametrize(
    "other", [{"q": "bark"}, {"status": "submitted"}, {"audience": "professional"}, {"specialty": "immunology"}]
)
def test_cursor_of_another_search_is_refused(api, cursor, other):
    assert api.get(SEARCH, {"q": "willow", "cursor": cursor}).status_code == 200
    refused(api.get(SEARCH, {"q": "willow", "cursor": cursor, **other}), 422, pointer="/cursor")


@pytest.mark.parametrize(
    "forge", [lambda sent: sent[:-1], lambda sent: "x" + sent, lambda _sent: "a:b", lambda _sent: "x" * 9999]
)
def test_cursor_that_was_forged_is_refused(api, cursor, forge):
    refused(api.get(SEARCH, {"q": "willow", "cursor": forge(cursor)}), 422, pointer="/cursor")


def test_cursor_of_the_list_of_articles_is_refused(api, cursor):
    listed = api.get("/api/v1/articles/", {"page_size": 1}).json()["next"]
    other = listed.partition("cursor=")[2].partition("&")[0].replace("%3A", ":")
    refused(api.get(SEARCH, {"q": "willow", "cursor": other}), 422, pointer="/cursor")


@pytest.mark.parametrize("address", [SEARCH, "/search/"])
def test_search_writes_no_header_of_the_readers(api, cursor, address):
    answer = api.get(address, {"q": "willow\r\nX-Evil: 1", "page_size": 1})
    assert (answer.status_code, "X-Evil" in answer.headers) == (200, False)
    assert not [value for value in answer.headers.values() if "\n" in value]


@pytest.mark.parametrize("typed", ["x" * 10_000, "\ud7ff" * 10_000])
def test_search_for_ten_thousand_characters_is_refused(client, policy, typed):
    for address in (SEARCH, "/search/"):
        assert client.get(address, {"q": typed}).status_code == 422


# --- questions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", SIGNS)
def test_signs_in_a_question_are_words_or_nothing(api, client, approved, text):
    assert api.post(ASK, {"text": text}).status_code == 200
    assert client.post(PAGE, {"text": text}).status_code == 200


@pytest.mark.parametrize("text", ["", "  ", "x" * 10_000, {"$gt": ""}, ["x"], None])
def test_question_that_is_none_is_refused(api, approved, text):
    refused(api.post(ASK, {"text": text}), 422, pointer="/text")


def test_question_of_ten_thousand_characters_is_refused_on_the_page(client, approved):
    assert client.post(PAGE, {"text": "x" * 10_000}).status_code == 422


@pytest.mark.parametrize(("name", "sent"), [("keep", "banana"), ("token", "x" * 301), ("website", "x" * 301)])
def test_field_that_is_not_as_it_should_be_is_refused(api, approved, name, sent):
    refused(api.post(ASK, {"text": "Why?", name: sent}), 422, pointer=f"/{name}")


def test_nul_in_a_question_is_refused(api, client, approved):
    assert api.post(ASK, {"text": "a\x00b"}).status_code in (400, 422)
    assert client.post(PAGE, {"text": "a\x00b"}).status_code in (400, 422)


@pytest.mark.parametrize(
    "email", ["a@example.org\nBcc: b@example.org", "a@example.org\r\n\r\nBuy", "a@b", "<a@example.org>"]
)
def test_address_with_a_header_in_it_is_refused(api, client, approved, email):
    refused(api.post(ASK, {"text": "Why?", "email": email}), 422, pointer="/email")
    assert client.post(PAGE, {"text": "Why?", "email": email}).status_code == 422


def test_mail_to_a_reader_has_no_header_of_anybodys_words(approved, edith, settings):
    settings.SITE_NAME = "Imprimatur\nBcc: b@example.org"
    asked = actions.ask(
        article=approved.article, version=approved, text="Why?\nBcc: b@example.org", email="a@example.org", now=LATER
    )
    actions.answer_question(question_id=asked.pk, text="So.\r\nTo: b@example.org", by=edith, now=LATER)
    assert tasks.sweep_reader_mail() == 1
    headers = dict(mail.outbox[0].message().items())
    assert (headers["To"], "Bcc" in headers, "\n" in headers["Subject"]) == ("a@example.org", False, False)


def test_page_leads_back_without_a_header_of_the_readers(client, approved):
    answer = client.post(f"{PAGE}?audience=x%0d%0aX-Evil:%201", {"text": "Why?", "keep": "1", "website": "x"})
    assert (answer.status_code, "X-Evil" in answer.headers, "\n" in answer["Location"]) == (302, False, False)


def test_questions_beyond_the_rate_are_refused_before_anything_is_looked_for(api, client, approved):
    statuses = {api.post(ASK, {"text": "?"}).status_code for _ in range(121)}
    assert statuses == {200, 429}
    assert client.post(PAGE, {"text": "?"}).status_code == 429
    sent = {"text": "Why?", "keep": "1", "token": "forged"}
    kept = {client.post(PAGE, sent, REMOTE_ADDR="192.0.2.7").status_code for _ in range(21)}
    assert kept == {422, 429}
    assert not Question.objects.exists()
