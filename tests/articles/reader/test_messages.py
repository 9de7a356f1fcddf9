"""What readers send, from a page and over the API."""

import html

import pytest
import time_machine

from articles.lifecycle import State
from articles.models import Question, Report
from tests.support import factories
from tests.support.readers import HIDDEN, LATER, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

PAGE = "/articles/ivig-back-pain/"
ARTICLE = "/api/v1/articles/ivig-back-pain/"


@pytest.fixture(autouse=True)
def at_later():
    with time_machine.travel(LATER, tick=False):
        yield


def text_of(answer) -> str:
    return answer.content.decode()


# --- from a page --------------------------------------------------------------------------------------------------


def test_message_is_kept_and_thanked_for(client):
    kind, kept, thanks = "report", Report, "Our editors will look into it"
    version = factories.make_version_at(State.APPROVED)
    sent = {"text": "One\r\ntwo", "email": "a@example.org"}
    answer = client.post(f"{PAGE}{kind}/", sent)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?sent={kind}#{kind}")
    assert thanks in text_of(client.get(answer["Location"]))
    message = kept.objects.get()
    assert (message.version, message.text, message.email, message.received_at) == (
        version,
        "One\ntwo",
        "a@example.org",
        LATER,
    )


def test_message_keeps_the_reader_at_their_audience(client, policy):
    publish(codes=["patient"])
    answer = client.post(f"{PAGE}report/?audience=patient", {"text": "x"})
    assert answer["Location"] == f"{PAGE}?audience=patient&sent=report#report"


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"text": " "}, "Please write something"),
        ({"text": "x" * 2001}, "at most 2000 characters"),
        ({"text": "x", "email": "<no"}, "This is not a complete e-mail address."),
    ],
)
@pytest.mark.parametrize("kind", ["question", "report"])
def test_message_that_does_not_do_comes_back_with_the_error_beside_it(client, kind, sent, error):
    factories.make_version_at(State.APPROVED)
    answer = client.post(f"{PAGE}{kind}/", sent)
    page = text_of(answer)
    assert answer.status_code == 422
    assert error in page
    assert page.count('aria-invalid="true"') == 1
    assert html.escape(sent["text"]) in page
    assert ("<details open>" in page) is (kind == "report")
    assert Question.objects.count() + Report.objects.count() == 0


def test_message_of_as_many_characters_as_the_browser_counts_is_taken(client):
    factories.make_version_at(State.APPROVED)
    client.post(f"{PAGE}report/", {"text": "x\r\n" * 999 + "xx"})
    assert len(Report.objects.get().text) == 2000


def test_message_in_the_trap_is_thanked_for_and_forgotten(client):
    factories.make_version_at(State.APPROVED)
    assert client.post(f"{PAGE}report/", {"text": "x", "website": "spam"}).status_code == 302
    assert not Report.objects.exists()


@pytest.mark.parametrize("kind", ["question", "report"])
def test_message_by_a_form_of_another_site_is_refused(client, kind):
    factories.make_version_at(State.APPROVED)
    refused = client.post(f"{PAGE}{kind}/", {"text": "x"}, headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403
    assert "This form was sent by another site." in refused.text
    assert not Report.objects.exists()


@pytest.mark.parametrize("kind", ["question", "report"])
def test_message_about_a_retracted_article_meets_the_tombstone(client, kind):
    factories.make_version_at(State.RETRACTED)
    answer = client.post(f"{PAGE}{kind}/", {"text": "x"})
    assert (answer.status_code, Question.objects.count(), Report.objects.count()) == (410, 0, 0)
    assert "Notice of retraction" in text_of(answer)


def test_messages_beyond_the_rate_are_refused(client):
    factories.make_version_at(State.APPROVED)
    statuses = [client.post(f"{PAGE}report/", {"text": "x"}).status_code for _ in range(21)]
    assert statuses == [302] * 20 + [429]


@pytest.mark.parametrize("address", ["question/", "report/"])
def test_message_address_is_not_for_reading(client, address):
    assert client.get(PAGE + address).status_code == 405


# --- over the API -------------------------------------------------------------------------------------------------


def test_api_message_is_kept_with_the_version_that_was_shown(api):
    version = factories.make_version_at(State.APPROVED)
    answer = api.post(f"{ARTICLE}reports/", {"text": "  And in children?\r\n", "email": "a@example.org"})
    assert (answer.status_code, answer.json()) == (201, {"received_at": "2026-03-03T09:00:00Z"})
    message = Report.objects.get()
    assert (message.version, message.article, message.received_at) == (version, version.article, LATER)
    assert (message.text, message.email) == ("And in children?", "a@example.org")


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({}, "/text"),
        ({"text": "   "}, "/text"),
        ({"text": "x" * 2001}, "/text"),
        ({"text": ["x"]}, "/text"),
        ({"text": "x", "email": "no"}, "/email"),
        ({"text": "x", "version": 1}, "/version"),
    ],
)
def test_api_message_that_does_not_do_is_refused_by_place(api, sent, pointer):
    factories.make_version_at(State.APPROVED)
    answer = api.post(f"{ARTICLE}questions/", sent)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not Question.objects.exists()


def test_api_message_needs_no_address(api):
    factories.make_version_at(State.APPROVED)
    assert api.post(f"{ARTICLE}reports/", {"text": "x" * 2000}).status_code == 201


@pytest.mark.parametrize("state", HIDDEN)
def test_api_message_about_what_is_not_public_finds_nothing(api, state):
    factories.make_version_at(state)
    assert api.post(f"{ARTICLE}reports/", {"text": "x"}).status_code == 404


def test_api_message_about_a_retracted_article_is_told_that_it_is_gone(api):
    factories.make_version_at(State.RETRACTED)
    assert api.post(f"{ARTICLE}reports/", {"text": "x"}).status_code == 410


def test_api_messages_beyond_the_rate_are_refused(api):
    factories.make_version_at(State.APPROVED)
    statuses = [api.post(f"{ARTICLE}reports/", {"text": "x"}).status_code for _ in range(21)]
    assert statuses == [201] * 20 + [429]
