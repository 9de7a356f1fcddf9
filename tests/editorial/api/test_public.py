"""Policy, board, audiences and the page about the API: read without an account."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from editorial.models import EditorialPolicy
from tests.support import factories
from tests.support.api import refused


def test_policy_in_force_is_shown_with_its_rules(api, policy):
    shown = api.get("/api/v1/policy/").json()
    assert (shown["number"], shown["title"]) == (1, "Editorial policy")
    assert [rule["risk"] for rule in shown["rules"]] == ["low", "moderate", "high"]
    assert shown["rules"][0]["quorum"] == 2


def test_policy_before_the_first_one_is_not_found(api, db):
    refused(api.get("/api/v1/policy/"), 404, code="no_policy")


def test_policy_by_number_is_shown_while_published(api, policy):
    factories.make_policy(number=2)
    EditorialPolicy.objects.create(number=3, title="Draft", text="Soon.")
    assert api.get("/api/v1/policy/1/").json()["number"] == 1
    assert api.get("/api/v1/policy/").json()["number"] == 2
    refused(api.get("/api/v1/policy/3/"), 404)
    refused(api.get(f"/api/v1/policy/{10**30}/"), 404)


def test_policy_of_tomorrow_is_not_shown_today(api, policy):
    tomorrow = timezone.now() + timedelta(days=1)
    factories.make_policy(number=2, in_force_from=tomorrow)
    assert api.get("/api/v1/policy/").json()["number"] == 1
    refused(api.get("/api/v1/policy/2/"), 404)


def test_board_shows_members_in_office_who_agreed(api, ada, ben):
    factories.make_member("dora", is_public=False)
    factories.make_member("emil", term_to=date(2021, 1, 1))
    (first, second) = api.get("/api/v1/board/").json()["results"]
    assert (first["name"], second["name"]) == ("Ada Example", "Ben Example")
    assert set(first) == {"id", "name", "credentials", "specialties", "orcid", "orcid_authenticated", "bio", "photo"}


def test_audiences_are_shown_in_order(api, db):
    factories.make_audience("patient", position=2)
    factories.make_audience("professional", position=1)
    listed = api.get("/api/v1/audiences/").json()["results"]
    assert [row["code"] for row in listed] == ["professional", "patient"]


def test_audiences_say_whose_text_stands_in_under_the_policy_in_force(api, db):
    for code in ("caregiver", "patient"):
        factories.make_audience(code)
    assert [row["falls_back_to"] for row in api.get("/api/v1/audiences/").json()["results"]] == [None, None]
    factories.make_policy(fallbacks={"caregiver": "patient"})
    EditorialPolicy.objects.create(number=2, title="Draft", text="?", fallbacks={"patient": "caregiver"})
    rows = api.get("/api/v1/audiences/").json()["results"]
    assert {row["code"]: row["falls_back_to"] for row in rows} == {"caregiver": "patient", "patient": None}
    assert api.get("/api/v1/policy/").json()["fallbacks"] == {"caregiver": "patient"}


@pytest.mark.parametrize("count", [1, 3, 30])
def test_lists_ask_the_same_number_of_queries_however_long_they_are(count, api, db):
    for number in range(count):
        factories.make_member(f"member{number}")
        factories.make_audience(f"audience{number}")
    for what, cost in {"board": 1, "audiences": 2}.items():
        with CaptureQueriesContext(connection) as asked:
            listed = api.get(f"/api/v1/{what}/", {"page_size": 50}).json()["results"]
        assert len(listed) == count
        assert len(asked) == cost


def test_board_is_paged_by_name(api, db):
    for number in range(5):
        factories.make_member(f"member{number}")
    first = api.get("/api/v1/board/", {"page_size": 3}).json()
    second = api.get(first["next"]).json()
    names = [row["name"] for page in (first, second) for row in page["results"]]
    assert names == [f"Member{number} Example" for number in range(5)]
    assert second["next"] is None


def test_page_about_the_api_holds_no_inline_script_or_style(api):
    page = api.get("/api/v1/docs/").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=")
    assert "http://" not in page
