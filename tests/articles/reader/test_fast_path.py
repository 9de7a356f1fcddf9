"""Written documents and what searches find leave before most layers of the site; nobody can tell by what they lack."""

import pytest
import time_machine
from django.urls import reverse
from rest_framework.throttling import SimpleRateThrottle

from articles.models import Article, Unwritten
from articles.reader import fast_path_middleware
from articles.tasks import write_documents
from tests.support.readers import LATER, SLUG, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

ARTICLE = f"/api/v1/articles/{SLUG}/"
SEARCH = "/api/v1/search/"
WEIGHED = {"Accept": "application/json;q=0.9"}
"""What the frame of the REST API has to weigh, and answers in the same form."""


@pytest.fixture
def article(policy):
    with time_machine.travel(LATER, tick=False):
        publish()
        write_documents()
        yield Article.objects.get()


def test_addresses_are_those_of_the_views():
    assert reverse("reader:search") == fast_path_middleware.SEARCH
    assert fast_path_middleware.DOCUMENT.fullmatch(reverse("reader:article", args=[SLUG]))[1] == SLUG


def test_written_document_bears_the_headers_of_one_that_passed_all_layers(api, article):
    written = api.get(ARTICLE)
    Unwritten.objects.create(article=article)
    told = api.get(ARTICLE)
    of_each = {"X-Request-ID", "Vary", "Content-Security-Policy"}
    assert set(written.headers) - of_each == set(told.headers) - of_each - {"Allow"}
    assert all(written[name] == told[name] for name in set(written.headers) - of_each)
    assert all(written[name] for name in of_each)


def test_unmodified_document_bears_no_length_of_its_own(api, article):
    tag = api.get(ARTICLE)["ETag"]
    answer = api.get(ARTICLE, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.get("Content-Length")) == (304, None)


@pytest.mark.parametrize("address", [ARTICLE, f"{SEARCH}?q=pain"])
def test_host_that_is_not_ours_is_refused(api, article, address):
    assert api.get(address, headers={"Host": "elsewhere.example"}).status_code == 400


def test_write_to_the_address_of_a_written_document_reaches_the_view(api, article):
    answer = api.post(ARTICLE, {})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


# --- searching -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["q=pain", "q=pain&page_size=1", "q=", "q=pain&cursor=forged", "q=a&specialty=none"])
def test_search_is_answered_as_it_is_through_all_layers(api, article, query):
    publish(slug="more-pain")
    plain, through = api.get(f"{SEARCH}?{query}"), api.get(f"{SEARCH}?{query}", headers=WEIGHED)
    of_each = {"X-Request-ID", "Content-Security-Policy", "Vary", "Content-Length"}
    assert plain.status_code == through.status_code
    assert without_its_id(plain.json()) == without_its_id(through.json())
    assert set(plain.headers) - of_each == set(through.headers) - of_each - {"Allow"}
    assert all(plain[name] == through[name] for name in set(plain.headers) - of_each)
    assert plain["Content-Security-Policy"]


def without_its_id(body: dict) -> dict:
    """Problems name the request."""
    return {name: value for name, value in body.items() if name not in ("request_id", "instance")}


def test_who_searches_too_often_is_told_so_at_every_door(api, client, article, monkeypatch):
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "search", "3/min")
    assert [api.get(f"{SEARCH}?q=pain").status_code for _ in range(2)] == [200, 200]
    assert client.get("/search/?q=pain").status_code == 200
    answers = [api.get(f"{SEARCH}?q=pain"), api.get(f"{SEARCH}?q=pain", headers=WEIGHED), client.get("/search/?q=pain")]
    assert [answer.status_code for answer in answers] == [429] * 3
    assert {int(answer["Retry-After"]) for answer in answers} <= {59, 60}
    assert answers[0]["Access-Control-Allow-Origin"] == "*"
    assert answers[0].json()["code"] == "throttled"
    assert client.get("/search/").status_code == 200  # nothing is looked for yet
