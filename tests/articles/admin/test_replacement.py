"""The page of a work: what the list of retractions says of it, who cites it, and what takes its place."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.admin import replacement
from articles.lifecycle import State
from articles.models import Reference, Version
from tests.support import factories
from tests.support.factories import NOW
from tests.support.retraction_lists import make_list, make_record, make_superseded, make_work


def page(work: Reference, verb: str = "") -> str:
    if verb:
        return reverse("admin:articles_reference_do", args=[work.pk, verb])
    return reverse("admin:articles_reference_change", args=[work.pk])


def read(client, work: Reference) -> str:
    return client.get(page(work)).content.decode()


def test_work_is_superseded_from_its_page_by_an_editor(client, edith):
    old, new = factories.make_reference("x2019"), factories.make_reference("y2024")
    client.force_login(edith)
    answer = client.post(page(old, "supersede"), {"superseded_by": "y2024", "reason": "Next edition."}, follow=True)
    assert f'Superseded by <a href="{page(new)}">y2024' in answer.content.decode()
    assert Reference.objects.get(pk=old.pk).superseded_by == new


def test_key_that_the_library_does_not_have_is_said_at_its_field(client, edith):
    client.force_login(edith)
    answer = client.post(page(factories.make_reference(), "supersede"), {"superseded_by": "none", "reason": "So."})
    assert "There is no work with this key in the library." in answer.content.decode()


def test_refusal_is_shown_at_the_field(client, edith):
    work = factories.make_reference()
    client.force_login(edith)
    answer = client.post(page(work, "supersede"), {"superseded_by": work.key, "reason": "So."})
    assert (answer.status_code, "A work cannot take its own place." in answer.content.decode()) == (422, True)


def test_drafts_are_made_from_the_page_and_listed_there(client, edith):
    factories.make_approved()
    work = make_superseded()
    client.force_login(edith)
    answer = client.post(page(work, "replace"), {"rewrite": "on"})
    assert (answer.status_code, answer["Location"]) == (302, f"{page(work)}#citing-heading")
    assert "Draft, version 2" in read(client, work)
    assert Version.objects.get(state=State.DRAFT).citations.filter(reference__key="newer2024").exists()


def test_page_lists_articles_with_versions_and_claims(client, edith, policy):
    factories.make_submitted()
    client.force_login(edith)
    shown = read(client, Reference.objects.get(key="stiehm2013"))
    assert all(words in shown for words in ("ivig-back-pain", "In review, version 1", "1 claim<", "It is mild."))


def test_page_says_that_nobody_cites_a_work_and_that_there_are_more(client, edith, monkeypatch):
    client.force_login(edith)
    work = factories.make_reference()
    assert "No article that you may see cites it now." in read(client, work)
    monkeypatch.setattr(replacement, "ARTICLES", 1)
    for slug in ("one", "two"):
        factories.make_draft(slug)
    assert "There are more; these are the first 1." in read(client, work)


def test_page_tells_what_the_list_says(client, wanda):
    make_list()
    make_record(7, "expression_of_concern", notice_date=NOW.date())
    client.force_login(wanda)
    assert "Expression of concern</a>, 2 March 2026" in read(client, make_work())
    assert "No record names this work." in read(client, make_work("other", DOI="10.1000/other"))
    assert "cannot be looked up" in read(client, factories.make_reference("nameless"))


def test_record_that_could_not_be_read_is_called_so(client, wanda):
    make_record(None, "unreadable")
    client.force_login(wanda)
    assert "Could not be read" in client.get(reverse("admin:articles_retractionrecord_changelist")).content.decode()


@pytest.mark.parametrize(("username", "supersede"), [("edith", ""), ("wanda", "Only editors do this.")])
def test_verbs_are_offered_to_editors(db, edith, wanda, username, supersede):
    user = {"edith": edith, "wanda": wanda}[username]
    work = factories.make_reference()
    offered = replacement.offered(user, work)
    assert offered == {"supersede": supersede, "replace": supersede or "Say first which work takes its place."}
    assert replacement.offered(user, make_superseded())["replace"] == supersede


def test_queries_of_the_page_do_not_grow_with_the_articles(client, edith, policy):
    client.force_login(edith)
    read(client, factories.make_reference("another2020"))  # the first request of a session stores its use
    asked = set()
    for number in range(3):
        factories.make_draft(f"draft-{number}")
        factories.make_submitted(f"submitted-{number}")
        work = Reference.objects.get(key="orbach2005")
        with CaptureQueriesContext(connection) as queries:
            read(client, work)
        asked.add(len(queries))
    assert len(asked) == 1
