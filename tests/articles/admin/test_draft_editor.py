"""A draft is written in the admin: previewed, cited in, and never overwritten unseen."""

import json

import pytest
from django.urls import reverse

from articles import actions as articles
from articles.models import Version
from articles.text.content import MAX_LINES, Text
from tests.admin.test_flow import address, texts_of, words
from tests.reviews.admin.test_desk import typed_door
from tests.support import factories
from tests.support.factories import NOW
from tests.support.retraction_lists import make_superseded

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(wanda, client):
    """Wanda's, and she is logged in."""
    client.force_login(wanda)
    return factories.make_draft()


def preview(client, draft, **changed):
    return client.post(address(draft, "preview"), texts_of(draft, **changed))


def body(text):
    return {"renditions-0-body": text}


def saved_by_walter(draft, text="Walter wrote this [@orbach2005].\n", **more):
    """Another author saves first."""
    walter = factories.make_user("walter", is_writer=True)
    draft.article.authorships.model(article=draft.article, user=walter, position=2).record(
        by=walter, now=NOW, reason=""
    )
    texts = more.get("texts") or factories.make_texts(text)
    articles.edit(version_id=draft.pk, question=more.get("question"), texts=texts, by=walter, now=NOW)


# --- preview --------------------------------------------------------------------------------------------------------


def test_preview_numbers_citations_shows_missing_ones_and_saves_nothing(client, draft):
    before = draft.etag
    answer = preview(client, draft, **body("It is *mild* [@stiehm2013]. So says [@nobody1900].\n"))
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert '<em>mild</em><sup class="citation"><a href="#ref-1"' in shown
    assert "[missing reference: nobody1900]" in shown
    assert "matches no work in the library" in shown
    assert Version.objects.get(pk=draft.pk).etag == before


def test_preview_escapes_markup(client, draft):
    shown = preview(client, draft, **body("<script>alert(1)</script> [x](javascript:alert(2))\n")).content.decode()
    assert "<script>" not in shown
    assert 'href="javascript' not in shown


def test_preview_of_a_text_that_is_too_large_says_so(client, draft):
    assert "at most 20,000 lines" in words(preview(client, draft, **body("x\n" * MAX_LINES)))


def test_preview_leaves_out_texts_without_audience_and_deleted_ones(client, draft):
    shown = words(preview(client, draft, **{"renditions-0-audience": ""}))
    assert "There is no text yet." in shown
    draft.refresh_from_db()
    assert "There is no text yet." in words(preview(client, draft, **{"renditions-0-DELETE": "on"}))


def test_preview_says_that_somebody_saved_meanwhile(client, draft):
    assert "Someone else saved this draft" in words(preview(client, draft, seen="older"))


def test_preview_is_for_who_may_edit_the_draft(client, draft, edith, walter, ada):
    for user, status in ((edith, 403), (walter, 302), (ada, 302)):
        client.force_login(user)
        assert preview(client, draft).status_code == status


def test_preview_by_get_is_refused(client, draft):
    assert client.get(address(draft, "preview")).status_code == 403


def test_preview_without_scripts_shows_the_page_with_what_was_typed(client, draft):
    sent = texts_of(draft, _preview="1", **body("Newly **typed** words.\n"))
    answer = client.post(address(draft), sent)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "Newly **typed** words." in shown
    assert "<strong>typed</strong>" in shown
    assert Version.objects.get(pk=draft.pk).etag == draft.etag


# --- picker ---------------------------------------------------------------------------------------------------------


def works(client, query):
    return client.get(reverse("admin:articles_version_works", query={"q": query}))


def test_picker_offers_works_in_words_with_what_became_of_them(client, draft):
    make_superseded("orbach2005")
    (work,) = works(client, "orbach2005").json()["works"]
    assert work["key"] == "orbach2005"
    assert work["words"].startswith("Orbach H. Title of orbach2005.")
    assert work["note"] == "Superseded"


def test_picker_marks_a_retracted_work(client, draft):
    work = factories.make_reference("stiehm2013")
    work.retraction, work.retraction_as_of = "retracted", NOW.date()
    work.record(by=factories.make_user("wanda"), now=NOW, reason="looked up")
    assert [one["note"] for one in works(client, "stiehm2013").json()["works"]] == ["Retracted"]


def test_picker_is_for_writers(client, draft, edith, ada):
    for user in (edith, ada):
        client.force_login(user)
        assert works(client, "orbach").status_code == 403


# --- two people at once ---------------------------------------------------------------------------------------------


def test_second_editor_sees_both_texts_and_keeps_their_own(client, draft):
    sent = texts_of(draft, **body("Wanda wrote this [@orbach2005].\n"))
    saved_by_walter(draft, question="Does IVIG cause back pain?")
    answer = client.post(address(draft), sent)
    shown = answer.content.decode()
    assert answer.status_code == 412
    assert "Walter Example saved first" in shown
    assert "<del>Walter</del>" in shown
    assert "<ins>Wanda</ins>" in shown
    assert "Wanda wrote this [@orbach2005]." in shown
    assert draft.renditions.get().body == "Walter wrote this [@orbach2005]."


def sent_again(answer):
    """The fields of the conflict page, as a browser sends them."""
    forms = [answer.context["adminform"].form, *answer.context["inline_admin_formsets"][0].formset.forms]
    management = answer.context["inline_admin_formsets"][0].formset.management_form
    fields = {bound.html_name: bound.value() for form in [management, *forms] for bound in form}
    return {name: value for name, value in fields.items() if value not in (None, False)}


def test_saving_again_after_the_conflict_page_replaces_what_was_saved(client, draft):
    sent = texts_of(draft, **body("Wanda wrote this [@orbach2005].\n"))
    saved_by_walter(draft)
    again = client.post(address(draft), sent_again(client.post(address(draft), sent)))
    assert again.status_code == 302
    assert draft.renditions.get().body == "Wanda wrote this [@orbach2005]."


def test_text_that_somebody_else_added_is_kept_by_saving_again(client, draft):
    sent = texts_of(draft, **body("Wanda wrote this [@orbach2005].\n"))
    factories.make_audience("patient", position=2)
    saved_by_walter(draft, texts=[*factories.make_texts(), Text("patient", "Perhaps.", "It may [@orbach2005].\n")])
    answer = client.post(address(draft), sent)
    assert "Text for: Patient" in words(answer)
    assert client.post(address(draft), sent_again(answer)).status_code == 302
    assert {row.audience.code for row in draft.renditions.all()} == {"professional", "patient"}


def test_text_that_somebody_else_removed_is_still_in_the_form(client, draft):
    patient = factories.make_audience("patient", position=2)
    sent = texts_of(draft, **body("Wanda wrote this [@orbach2005].\n"))
    texts = [Text("patient", "Perhaps.", "It may [@orbach2005].\n", is_primary=True)]
    saved_by_walter(draft, texts=texts)
    answer = client.post(address(draft), {**sent, "renditions-0-is_primary": ""})
    assert "a new audience" in words(answer)
    again = sent_again(answer)
    assert client.post(address(draft), again).status_code == 302
    assert {row.audience for row in draft.renditions.all()} >= {patient}
    assert draft.renditions.count() == 2


def test_deleted_text_stays_deleted_on_the_conflict_page(client, draft):
    sent = texts_of(draft, **{"renditions-0-DELETE": "on"})
    saved_by_walter(draft)
    answer = client.post(address(draft), sent)
    assert client.post(address(draft), sent_again(answer)).status_code == 302
    assert draft.renditions.count() == 0


def test_same_text_saved_twice_says_that_nothing_differs(client, draft):
    sent = texts_of(draft, **body("The same [@orbach2005].\n"))
    saved_by_walter(draft, "The same [@orbach2005].\n")
    assert "What you typed is the same as what is saved." in words(client.post(address(draft), sent))


def test_form_without_a_readable_count_shows_no_text_of_its_own(client, draft):
    answer = client.post(address(draft), {"seen": "older", "question": "Why?", "renditions-TOTAL_FORMS": "x"})
    assert answer.status_code == 412


def test_draft_that_was_submitted_meanwhile_gives_back_what_was_typed(client, policy, draft, wanda):
    sent = texts_of(draft, **body("Typed too late."))
    articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    answer = client.post(address(draft), sent)
    assert answer.status_code == 409
    assert "Typed too late." in words(answer)
    assert "can no longer be edited" in words(answer)


# --- what is typed --------------------------------------------------------------------------------------------------


def type_text(client, version, seen=None, **value):
    said = json.dumps({"form": "text", "value": value, "seen": seen})
    return client.post(typed_door(version), said, content_type="application/json")


def test_typed_text_is_given_back_to_its_writer_alone_and_dropped_when_saved(client, policy, draft, wanda, edith):
    saved_by_walter(draft)
    assert type_text(client, draft, **body("ZZTYPEDZZ")).status_code == 200
    assert "ZZTYPEDZZ" in client.get(address(draft)).content.decode()
    client.force_login(factories.make_user("walter"))
    assert "ZZTYPEDZZ" not in client.get(address(draft)).content.decode()
    assert client.get(typed_door(draft)).json()["drafts"] == {}
    client.force_login(edith)
    assert "ZZTYPEDZZ" not in client.get(address(draft)).content.decode()
    assert client.get(typed_door(draft)).status_code == 404
    client.force_login(wanda)
    client.post(address(draft), texts_of(factories.reread(draft), **body("Kept [@orbach2005].\n")))
    assert client.get(typed_door(draft)).json()["drafts"] == {}


def test_typed_text_of_a_draft_that_others_submitted_is_shown_to_its_writer_to_copy(client, policy, draft, wanda):
    articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    assert "did not save" not in words(client.get(address(draft)))
    many = {"renditions-TOTAL_FORMS": "1", **body("Typed on a train.")}
    assert type_text(client, draft, **many).status_code == 200
    shown = words(client.get(address(draft)))
    assert "Your unsaved input" in shown
    assert "Typed on a train." in shown
    client.force_login(factories.make_user("root", is_superuser=True, is_editor=True))
    assert "Typed on a train." not in words(client.get(address(draft)))
