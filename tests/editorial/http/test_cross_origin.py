"""Pages of other origins read what anybody may read, and nothing else."""

import pytest
from django.urls import URLResolver, get_resolver

from articles.lifecycle import State
from editorial.http.cross_origin import open_methods
from tests.support import factories
from tests.support.api import client

ORIGIN = "https://front.example.org"
ARTICLE = "/api/v1/articles/ivig-back-pain/"
SEARCH = "/api/v1/search/"
EXPOSED = "ETag, Link, Retry-After, X-Request-ID"


def preflight(api, address: str, method: str):
    return api.options(address, headers={"Origin": ORIGIN, "Access-Control-Request-Method": method})


def views(resolver: URLResolver):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern)
        else:
            yield pattern.callback


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/articles/", 200),
        ("/api/v1/articles/?status=approved&page_size=1", 200),
        ("/api/v1/articles/?status=nonsense", 422),
        (ARTICLE, 200),
        (f"{ARTICLE}?audience=nobody", 422),
        (f"{ARTICLE}history/", 200),
        ("/api/v1/audiences/", 200),
        ("/api/v1/articles/gone/", 410),
        ("/api/v1/articles/nowhere/", 404),
        ("/api/v1/articles//", 404),
        ("/api/v1/articles", 301),
    ],
)
def test_answers_for_readers_are_readable_from_anywhere(api, db, address, status):
    factories.make_version_at(State.APPROVED)
    factories.make_version_at(State.RETRACTED, "gone")
    for headers in ({}, {"Origin": ORIGIN}):  # a cache keeps one answer for all origins
        answer = api.get(address, headers=headers)
        assert answer.status_code == status
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Access-Control-Expose-Headers"] == EXPOSED
        assert "Access-Control-Allow-Credentials" not in answer
        assert "Origin" not in answer.get("Vary", "")


def test_answer_that_nothing_changed_is_readable_from_anywhere(api, db):
    factories.make_version_at(State.APPROVED)
    tag = api.get(ARTICLE)["ETag"]
    answer = api.get(ARTICLE, headers={"Origin": ORIGIN, "If-None-Match": tag})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (304, "*")


@pytest.mark.parametrize(
    ("box", "text", "status"),
    [("questions", "Why?", 200), ("questions", "", 422), ("reports", "Why?", 201), ("reports", "", 422)],
)
def test_message_from_another_origin_is_taken_and_the_answer_readable(api, db, own_counts, box, text, status):
    factories.make_version_at(State.APPROVED)
    answer = api.post(f"{ARTICLE}{box}/", {"text": text}, headers={"Origin": ORIGIN})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (status, "*")


@pytest.mark.parametrize(
    ("address", "methods"),
    [
        (ARTICLE, "GET, HEAD"),
        ("/api/v1/articles/", "GET, HEAD"),
        (f"{ARTICLE}questions/", "POST"),
        (SEARCH, "GET, HEAD"),
    ],
)
def test_question_of_the_browser_beforehand_is_answered_without_credentials(api, db, address, methods):
    answer = preflight(api, address, "POST")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Access-Control-Allow-Methods"] == methods
    assert answer["Access-Control-Allow-Headers"] == "Audience-Preference, Content-Type, If-None-Match"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer


def test_options_that_no_browser_asks_beforehand_is_no_preflight(api, db):
    answer = api.options(ARTICLE)
    assert answer.status_code == 405
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize(
    "address", ["/api/v1/me/", "/api/v1/versions/", f"{ARTICLE}classification/", "/api/v1/tokens/", "/admin/login/"]
)
def test_what_asks_who_one_is_stays_closed(db, address):
    api = client(factories.make_user("wanda", is_writer=True))
    for answer in (api.get(address, headers={"Origin": ORIGIN}), preflight(api, address, "GET")):
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]


def test_new_article_from_another_origin_stays_closed(db):
    api = client(factories.make_user("wanda", is_writer=True))
    answer = api.post("/api/v1/articles/", {}, headers={"Origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in answer


def test_whoever_is_open_asks_nobody_who_they_are():
    opened = [view for view in views(get_resolver()) if open_methods(view)]
    assert len(opened) >= 5
    assert all(view.cls.authentication_classes == [] for view in opened)
