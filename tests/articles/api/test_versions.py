"""Versions over HTTP: read, edited, handed in, revised, and what becomes of them after the round."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.lifecycle import State
from articles.models import Version
from tests.support import factories
from tests.support.api import action, client, nothing_stored, refused

REASON = {"reason": "The trial it stands on was retracted."}
TEXT = {"audience": "professional", "summary": "Yes.", "body": "It can [@orbach2005].", "primary": True}


def url(version: Version, verb: str = "") -> str:
    return f"/api/v1/versions/{version.pk}/{verb + '/' if verb else ''}"


def edit(version: Version, body: dict, *, by, tag: str | None = None):
    headers = {"If-Match": version.etag if tag is None else tag}
    return client(by).patch(url(version), body, headers=headers)


# --- reading --------------------------------------------------------------------------------------------------------


def test_version_read_by_its_writer_shows_texts_citations_and_tag(wanda):
    version = factories.make_draft()
    response = client(wanda).get(url(version))
    shown = response.json()
    assert response.status_code == 200
    assert response["ETag"] == version.etag
    assert shown["renditions"] == [
        {"audience": "professional", "primary": True, "summary": "Yes, sometimes.", "body": factories.BODY.strip()}
    ]
    assert [citation["key"] for citation in shown["citations"]] == ["orbach2005", "stiehm2013"]
    assert shown["citations"][0]["text"].startswith("Orbach H. Title of orbach2005. Clinical Reviews. 2005;29:173-84.")


def test_version_of_another_writer_is_out_of_sight(walter):
    refused(client(walter).get(url(factories.make_draft())), 404, code="not_found")


def test_version_without_account_asks_for_one(api, db):
    response = api.get(url(factories.make_draft()))
    refused(response, 401, code="not_authenticated")
    assert response["WWW-Authenticate"] == "Token"


def test_version_with_a_number_too_large_for_the_database_is_not_found(wanda):
    refused(client(wanda).get(f"/api/v1/versions/{10**30}/"), 404)


def test_allowed_actions_say_what_may_be_done_where_and_why_not(wanda):
    version = factories.make_draft()
    shown = client(wanda).get(url(version)).json()
    assert action(shown, "submit") == {
        "action": "submit",
        "label": "Submit",
        "allowed": True,
        "reason": "",
        "way": "",
        "method": "POST",
        "href": url(version, "submit"),
    }
    assert (action(shown, "edit")["method"], action(shown, "edit")["href"]) == ("PATCH", url(version))
    assert action(shown, "withdraw")["reason"].startswith("The version is")
    assert action(shown, "retract")["reason"].startswith("Only editors")


@pytest.mark.parametrize("state", State)
def test_every_allowed_action_has_an_address_that_takes_its_method(state, edith, wanda):
    version = factories.make_version_at(state)
    for user in (edith, wanda):
        for offer in client(user).get(url(version)).json()["allowed_actions"]:
            response = getattr(client(user), offer["method"].lower())(offer["href"], {"unheard": "of"})
            assert response.status_code in ({422, 428} if offer["allowed"] else {403, 409, 422, 428}), offer


@pytest.mark.parametrize("state", State)
def test_approved_version_alone_tells_its_proof(state, edith):
    shown = client(edith).get(url(factories.make_version_at(state))).json()
    proven = state in (State.APPROVED, State.SUPERSEDED, State.SUSPENDED, State.RETRACTED)
    assert shown["state"] == state
    assert (shown["policy"] == 1) == proven
    assert bool(shown["reviewed_by"]) == proven


def test_list_shows_own_versions_to_writers_and_all_to_editors(wanda, walter, edith):
    factories.make_draft("one")
    factories.make_draft("two")
    listed = {user: client(user).get("/api/v1/versions/").json()["results"] for user in (wanda, walter, edith)}
    assert [row["article"] for row in listed[wanda]] == ["two", "one"]
    assert listed[walter] == []
    assert len(listed[edith]) == 2
    assert "renditions" not in listed[edith][0]


def test_list_filtered_by_state_and_article_shows_only_those(edith, policy):
    factories.make_draft("one")
    factories.make_submitted("two")
    listed = client(edith).get("/api/v1/versions/", {"state": "submitted", "article": "two"}).json()["results"]
    assert [row["article"] for row in listed] == ["two"]
    assert client(edith).get("/api/v1/versions/", {"article": "three"}).json()["results"] == []


def test_list_filtered_by_a_state_that_is_none_names_the_parameter(edith):
    refused(client(edith).get("/api/v1/versions/", {"state": "banana"}), 422, pointer="/state")


@pytest.mark.parametrize("count", [1, 3, 30])
def test_list_asks_the_same_number_of_queries_however_long_it_is(count, wanda):
    for number in range(count):
        factories.make_draft(f"article-{number}")
    known = client(wanda)
    with CaptureQueriesContext(connection) as asked:
        listed = known.get("/api/v1/versions/", {"page_size": 50}).json()["results"]
    assert len(listed) == count
    assert len(asked) == 3


# --- editing --------------------------------------------------------------------------------------------------------


def test_edit_replaces_question_and_texts_and_gives_the_new_tag(wanda):
    version = factories.make_draft()
    response = edit(version, {"question": "Does IVIG hurt?", "renditions": [TEXT]}, by=wanda)
    stored = factories.reread(version)
    assert response.status_code == 200
    assert response.json()["question"] == stored.question == "Does IVIG hurt?"
    assert [citation["key"] for citation in response.json()["citations"]] == ["orbach2005"]
    assert response["ETag"] == stored.etag != version.etag


def test_edit_of_the_question_alone_leaves_the_texts(wanda):
    version = factories.make_draft()
    assert edit(version, {"question": "Does IVIG hurt?"}, by=wanda).json()["renditions"][0]["summary"] == (
        "Yes, sometimes."
    )


def test_edit_with_what_is_there_already_stores_nothing(wanda):
    version = factories.make_draft()
    with nothing_stored():
        response = edit(version, {"question": version.question}, by=wanda)
    assert response["ETag"] == version.etag


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 428, "precondition_required"),
        ({"If-Match": '"0"'}, 412, "precondition_failed"),
        ({"If-Match": "0"}, 400, "malformed_if_match"),
    ],
)
def test_edit_without_the_present_tag_is_refused(headers, status, code, wanda):
    version = factories.make_draft()
    with nothing_stored():
        refused(client(wanda).patch(url(version), {"question": "Other?"}, headers=headers), status, code=code)
    assert factories.reread(version).question == version.question


def test_edit_with_the_tag_as_a_weak_one_is_stale(wanda):
    version = factories.make_draft()
    refused(edit(version, {"question": "Other?"}, by=wanda, tag=f"W/{version.etag}"), 412)


def test_edit_by_an_editor_is_not_permitted(edith):
    version = factories.make_draft()
    with nothing_stored():
        refused(edit(version, {"question": "Other?"}, by=edith), 403, code="not_permitted")


def test_edit_of_a_submitted_version_conflicts_with_its_state(wanda, policy):
    refused(edit(factories.make_submitted(), {"question": "Other?"}, by=wanda), 409, code="invalid_transition")


# --- handing in -----------------------------------------------------------------------------------------------------


def test_submit_freezes_the_draft(wanda, policy):
    response = client(wanda).post(url(factories.make_draft(), "submit"))
    assert response.status_code == 200
    assert response.json()["state"] == "submitted"
    assert len(response.json()["digest"]) == 64


@pytest.mark.parametrize(("tag", "status"), [('"0"', 412), ("0", 400)])
def test_submit_that_names_another_state_of_the_draft_is_refused(tag, status, wanda, policy):
    version = factories.make_draft()
    with nothing_stored():
        refused(client(wanda).post(url(version, "submit"), headers={"If-Match": tag}), status)
    assert client(wanda).post(url(version, "submit"), headers={"If-Match": version.etag}).status_code == 200


def test_submit_twice_conflicts_with_the_state(wanda, policy):
    refused(client(wanda).post(url(factories.make_submitted(), "submit")), 409, code="invalid_transition")


def test_submit_replayed_with_its_key_gives_the_first_answer_and_does_nothing(wanda, policy):
    version, key = factories.make_draft(), {"Idempotency-Key": "one"}
    first = client(wanda).post(url(version, "submit"), headers=key)
    with nothing_stored():
        again = client(wanda).post(url(version, "submit"), headers=key)
    assert (again.status_code, again.json(), again["ETag"]) == (200, first.json(), first["ETag"])
    assert again["Idempotent-Replayed"] == "true"


def test_key_of_another_request_is_refused(wanda, policy):
    version, key = factories.make_draft(), {"Idempotency-Key": "one"}
    client(wanda).post(url(version, "submit"), headers=key)
    with nothing_stored():
        refused(client(wanda).post(url(version, "withdraw"), headers=key), 422, code="idempotency_key_reused")


def test_submit_of_what_preflight_refuses_lists_the_findings(wanda, policy):
    version = factories.make_draft()
    edit(version, {"renditions": []}, by=wanda)
    with nothing_stored():
        refused(client(wanda).post(url(version, "submit")), 422, code="preflight", pointer="/renditions")


def test_preflight_tells_findings_and_changes_nothing(wanda):
    version = factories.make_draft()
    assert client(wanda).get(url(version, "preflight")).json()["passes"]
    edit(version, {"renditions": []}, by=wanda)
    with nothing_stored():
        report = client(wanda).get(url(version, "preflight")).json()
    assert not report["passes"]
    assert "no_text" in {finding["code"] for finding in report["findings"]}


def test_revise_answers_with_a_new_draft_and_its_address(wanda):
    approved = factories.make_approved()
    response = client(wanda).post(url(approved, "revise"))
    draft = Version.objects.get(state=State.DRAFT)
    assert response.status_code == 201
    assert response["Location"] == url(draft)
    assert response["ETag"] == draft.etag
    assert (response.json()["number"], response.json()["based_on"]) == (2, approved.pk)


# --- standing, and the end of a round -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "verb", "target"),
    [
        (State.APPROVED, "suspend", State.SUSPENDED),
        (State.SUSPENDED, "reinstate", State.APPROVED),
        (State.SUSPENDED, "retract", State.RETRACTED),
        (State.SUBMITTED, "reject", State.REJECTED),
        (State.UNDER_REVIEW, "request-changes", State.CHANGES_REQUESTED),
        (State.UNDER_REVIEW, "withdraw", State.WITHDRAWN),
    ],
)
def test_verb_of_an_editor_moves_the_version_and_keeps_the_reason(state, verb, target, edith):
    version = factories.make_version_at(state)
    response = client(edith).post(url(version, verb), REASON)
    assert response.status_code == 200
    assert response.json()["state"] == factories.reread(version).state == target
    assert response.json()["state_reason"] == REASON["reason"]
    assert response["ETag"] == factories.reread(version).etag


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"reason": None}, {"reason": "x" * 2001}])
def test_retraction_without_a_fit_reason_names_the_field(body, edith):
    version = factories.make_approved()
    with nothing_stored():
        refused(client(edith).post(url(version, "retract"), body), 422, pointer="/reason")


def test_withdrawal_needs_no_reason(wanda, policy):
    assert client(wanda).post(url(factories.make_submitted(), "withdraw"), {}).json()["state"] == "withdrawn"


def test_retraction_by_the_writer_is_not_permitted(wanda):
    version = factories.make_approved()
    with nothing_stored():
        refused(client(wanda).post(url(version, "retract"), REASON), 403)


@pytest.mark.parametrize("verb", ["submit", "withdraw", "revise", "suspend", "retract", "invite"])
def test_verb_on_a_version_out_of_sight_is_not_found_whatever_the_body(verb, walter, policy):
    version = factories.make_submitted()
    with nothing_stored():
        refused(client(walter).post(url(version, verb), {"unheard": "of"}), 404)


def test_field_that_a_verb_does_not_take_is_named(wanda):
    version = factories.make_draft()
    with nothing_stored():
        refused(client(wanda).post(url(version, "submit"), {"reason": "Done."}), 422, pointer="/reason")
