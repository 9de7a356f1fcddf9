"""Replacing a work over HTTP."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Reference
from tests.support import factories
from tests.support.api import client, nothing_stored, refused
from tests.support.retraction_lists import make_superseded

URL = "/api/v1/references/orbach2005/"


def test_work_is_superseded_and_answers_with_its_successor(edith):
    for key in ("orbach2005", "newer2024"):
        factories.make_reference(key)
    body = {"superseded_by": "newer2024", "reason": "The next edition."}
    answer = client(edith).post(f"{URL}supersede/", body)
    assert (answer.status_code, answer.json()) == (200, {"key": "orbach2005", "superseded_by": "newer2024"})
    assert Reference.objects.get(key="orbach2005").superseded_by.key == "newer2024"


def test_successor_that_does_not_do_names_the_field(edith):
    factories.make_reference()
    for key in ("orbach2005", "nothing2020"):
        with nothing_stored():
            body = {"superseded_by": key, "reason": "The next edition."}
            refused(client(edith).post(f"{URL}supersede/", body), 422, pointer="/superseded_by")


def test_citing_articles_are_listed_page_by_page(edith, wanda):
    for slug in ("a", "b", "c"):
        factories.make_draft(slug)
    first = client(edith).get(f"{URL}cited-by/", {"page_size": 2}).json()
    assert [row["slug"] for row in first["results"]] == ["a", "b"]
    assert first["results"][0]["draft"]["state"] == "draft"
    assert len(first["results"][0]["claims"]) == 2
    assert [row["slug"] for row in client(edith).get(first["next"]).json()["results"]] == ["c"]


def test_list_of_citing_articles_asks_the_same_number_of_queries_however_long_it_is(edith):
    counted = set()
    for number in range(3):
        factories.make_draft(f"slug-{number}")
        with CaptureQueriesContext(connection) as asked:
            assert len(client(edith).get(f"{URL}cited-by/").json()["results"]) == number + 1
        counted.add(len(asked))
    assert len(counted) == 1


def test_drafts_are_reported_article_by_article(edith):
    factories.make_approved()
    make_superseded()
    (row,) = client(edith).post(f"{URL}replace/", {"rewrite": True}).json()["articles"]
    assert (row["slug"], row["outcome"], row["version"]["number"]) == ("ivig-back-pain", "drafted", 2)
    assert len(row["claims"]) == 2


def test_drafts_without_a_successor_conflict(edith):
    factories.make_reference()
    with nothing_stored():
        refused(client(edith).post(f"{URL}replace/", {}), 409, code="not_superseded")


def test_work_tells_what_took_its_place_and_its_tag_changes(edith, wanda):
    factories.make_reference()
    before = client(wanda).get(URL)
    make_superseded()
    after = client(wanda).get(URL)
    assert (before.json()["superseded_by"], after.json()["superseded_by"]) == (None, "newer2024")
    assert before["ETag"] != after["ETag"]
