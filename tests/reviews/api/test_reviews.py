"""Reviews over HTTP: invited, answered, signed, withdrawn, called off."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from editorial.models import EditorialPolicy
from reviews import actions
from reviews.lifecycle import State
from reviews.models import Review, Signature
from tests.support import factories
from tests.support.api import action, client, nothing_stored, refused

REASON = {"reason": "No time before summer."}


def url(review: Review, verb: str = "") -> str:
    return f"/api/v1/reviews/{review.pk}/{verb + '/' if verb else ''}"


def sign(review: Review, *, by=None, tag: str | None = None, **body):
    sent = {"decision": "approve", "digest": review.version.digest, "password": factories.PASSWORD, **body}
    headers = {"If-Match": review.etag if tag is None else tag}
    return client(by or review.member.user).post(url(review, "sign"), sent, headers=headers)


def invite(version, body: dict, *, by):
    return client(by).post(f"/api/v1/versions/{version.pk}/invite/", body)


# --- inviting -------------------------------------------------------------------------------------------------------


def test_invite_answers_with_the_review_and_its_address(edith, ada, policy):
    response = invite(factories.make_submitted(), {"member": ada.board_member.pk, "message": "Please."}, by=edith)
    review = Review.objects.get()
    assert response.status_code == 201
    assert (response["Location"], response["ETag"]) == (url(review), review.etag)
    assert response.json()["member"] == {"id": ada.board_member.pk, "name": "Ada Example", "credentials": "MD, PhD"}
    assert response.json()["message"] == review.message == "Please."


def test_invite_of_nobody_names_the_field(edith, policy):
    version = factories.make_submitted()
    for body in ({}, {"member": None}, {"member": 0}, {"member": 2**63}, {"member": "ada"}, {"member": 12345}):
        with nothing_stored():
            refused(invite(version, body, by=edith), 422, pointer="/member")


def test_invite_of_a_member_with_an_interest_needs_a_waiver(edith, policy, wanda):
    product = factories.make_product()
    version = factories.make_draft(classification=factories.articles.Classification(products=[product.pk]))
    factories.articles.submit(version_id=version.pk, by=wanda, now=factories.NOW)
    member = factories.make_member("ada")
    factories.make_disclosure(member, company=product.manufacturer)
    with nothing_stored():
        refused(invite(version, {"member": member.pk}, by=edith), 422, code="conflict_of_interest", pointer="/member")
    waived = invite(version, {"member": member.pk, "waiver": "Sold the shares."}, by=edith)
    assert waived.json()["waiver"] == "Sold the shares."


def test_invite_twice_conflicts(edith, policy):
    review = factories.make_invitation(factories.make_submitted())
    with nothing_stored():
        refused(invite(review.version, {"member": review.member_id}, by=edith), 409, code="already_invited")


def test_invite_by_a_writer_is_not_permitted(wanda, ada, policy):
    version = factories.make_submitted()
    with nothing_stored():
        refused(invite(version, {"member": ada.board_member.pk}, by=wanda), 403)


# --- reading --------------------------------------------------------------------------------------------------------


def test_review_shows_the_reviewer_all_there_is_to_judge(ada):
    review = factories.make_review_at(State.ACCEPTED)
    response = client(ada).get(url(review))
    shown = response.json()
    assert response["ETag"] == review.etag
    assert shown["version"]["digest"] == review.version.digest
    assert shown["version"]["renditions"][0]["body"] == factories.BODY.strip()
    assert '<sup class="citation"><a href="#ref-1"' in shown["version"]["renditions"][0]["html"]
    assert [citation["number"] for citation in shown["version"]["citations"]] == [1, 2]
    assert [claim["references"] for claim in shown["version"]["claims"]] == [
        ["orbach2005"],
        ["orbach2005", "stiehm2013"],
    ]


def test_review_says_under_which_policy_and_what_a_signature_means(ada):
    shown = client(ada).get(url(factories.make_review_at(State.ACCEPTED))).json()
    assert shown["policy"]["number"] == 1
    assert [meaning["decision"] for meaning in shown["meanings"]] == ["approve", "request_changes"]
    assert "approve it for publication" in shown["meanings"][0]["meaning"]


def test_review_of_somebody_else_is_out_of_sight(ben, wanda):
    review = factories.make_review_at(State.ACCEPTED)
    for user in (ben, wanda):
        refused(client(user).get(url(review)), 404)


def test_review_shows_no_signature_of_others_before_ones_own(ada, ben, edith):
    mine = factories.make_review_at(State.ACCEPTED)
    factories.sign(factories.make_accepted(mine.version, "ben"))
    assert client(ada).get(url(mine)).json()["signatures"] == []
    assert [row["name"] for row in client(edith).get(url(mine)).json()["signatures"]] == ["Ben Example"]
    factories.sign(mine)
    names = [row["name"] for row in client(ada).get(url(mine)).json()["signatures"]]
    assert sorted(names) == ["Ada Example", "Ben Example"]


def test_allowed_actions_of_an_invitation(ada, edith):
    review = factories.make_review_at(State.INVITED)
    mine = client(ada).get(url(review)).json()
    assert action(mine, "accept")["allowed"]
    assert action(mine, "accept")["href"] == url(review, "accept")
    assert action(mine, "sign")["reason"].startswith("The review is")
    assert not action(mine, "cancel")["allowed"]
    assert action(client(edith).get(url(review)).json(), "cancel")["allowed"]


@pytest.mark.parametrize("state", State)
def test_every_allowed_action_has_an_address_that_takes_its_method(state, ada, edith):
    review = factories.make_review_at(state)
    for user in (ada, edith):
        for offer in client(user).get(url(review)).json()["allowed_actions"]:
            response = client(user).post(offer["href"], {"unheard": "of"})
            assert response.status_code in ({422, 428} if offer["allowed"] else {403, 409, 422, 428}), offer


def test_list_shows_members_their_own_and_editors_all_reviews(ada, ben, edith, wanda):
    mine = factories.make_review_at(State.ACCEPTED)
    factories.make_invitation(mine.version, "ben")
    listed = {user: client(user).get("/api/v1/reviews/").json()["results"] for user in (ada, ben, edith, wanda)}
    assert [row["id"] for row in listed[ada]] == [mine.pk]
    assert [row["member"]["name"] for row in listed[ben]] == ["Ben Example"]
    assert len(listed[edith]) == 2
    assert listed[wanda] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "accepted"}, ["ada"]),
        ({"state": "invited"}, ["ben"]),
        ({"overdue": "true"}, ["ada"]),
        ({"overdue": "false"}, ["ben"]),
        ({"version": 10**9}, []),
    ],
)
def test_list_filtered_shows_only_those(query, found, edith):
    factories.make_review_at(State.ACCEPTED)
    factories.make_invitation(Review.objects.get().version, "ben", now=timezone.now())
    listed = client(edith).get("/api/v1/reviews/", query).json()["results"]
    assert [row["member"]["name"].split()[0].lower() for row in listed] == found


def test_list_filtered_by_version_and_member_finds_the_review(edith):
    review = factories.make_review_at(State.INVITED)
    query = {"version": review.version_id, "member": review.member_id}
    assert len(client(edith).get("/api/v1/reviews/", query).json()["results"]) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("state", "banana"), ("overdue", "perhaps"), ("version", "1.5"), ("version", 2**63), ("member", "NaN")],
)
def test_list_filtered_by_what_is_none_names_the_parameter(name, value, edith):
    refused(client(edith).get("/api/v1/reviews/", {name: value}), 422, pointer=f"/{name}")


@pytest.mark.parametrize("count", [1, 3, 30])
def test_list_asks_the_same_number_of_queries_however_long_it_is(count, edith, policy):
    version = factories.make_submitted()
    for number in range(count):
        factories.make_invitation(version, f"member{number}")
    with CaptureQueriesContext(connection) as asked:
        listed = client(edith).get("/api/v1/reviews/", {"page_size": 50}).json()["results"]
    assert len(listed) == count
    assert len(asked) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_a_member_asks_the_same_number_of_queries_however_long_it_is(count, ada, policy):
    for number in range(count):
        factories.make_invitation(factories.make_submitted(f"article-{number}"))
    with CaptureQueriesContext(connection) as asked:
        listed = client(ada).get("/api/v1/reviews/").json()["results"]
    assert len(listed) == count
    assert len(asked) == 2


@pytest.mark.parametrize("count", [1, 3, 30])
def test_review_asks_the_same_number_of_queries_however_much_is_cited(count, ada, wanda, policy):
    draft = factories.make_draft()
    keys = [factories.make_reference(f"work{number}").key for number in range(count)]
    texts = factories.make_texts(" ".join(f"Statement {key} holds [@{key}]." for key in keys))
    factories.articles.edit(version_id=draft.pk, texts=texts, by=wanda, now=factories.NOW)
    factories.articles.submit(version_id=draft.pk, by=wanda, now=factories.NOW)
    review = factories.make_accepted(draft)
    known = client(ada)
    with CaptureQueriesContext(connection) as asked:
        shown = known.get(url(review)).json()
    assert len(shown["version"]["claims"]) == count
    assert len(asked) == 12


def test_review_before_any_policy_says_that_there_is_none(ada):
    review = factories.make_review_at(State.ACCEPTED)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE editorial_editorialpolicy SET in_force_from = now() + interval '1 day'")
    assert EditorialPolicy.objects.in_force(at=timezone.now()) is None
    assert client(ada).get(url(review)).json()["policy"] is None


# --- answering ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "verb", "body", "target"),
    [
        (State.INVITED, "accept", {}, State.ACCEPTED),
        (State.INVITED, "decline", REASON, State.DECLINED),
        (State.ACCEPTED, "recuse", REASON, State.RECUSED),
        (State.SIGNED, "withdraw-signature", REASON, State.ACCEPTED),
    ],
)
def test_verb_of_the_reviewer_moves_the_review(state, verb, body, target, ada):
    review = factories.make_review_at(state)
    response = client(ada).post(url(review, verb), body)
    assert response.status_code == 200
    assert response.json()["state"] == target
    assert response.json()["state_reason"] == body.get("reason", "")
    assert response["ETag"] == Review.objects.get().etag != review.etag


def test_first_acceptance_begins_the_review_and_sets_the_due_day(ada):
    review = factories.make_review_at(State.INVITED)
    shown = client(ada).post(url(review, "accept")).json()
    assert shown["version"]["state"] == "under_review"
    accepted = Review.objects.get()
    assert accepted.due_at - accepted.accepted_at == timedelta(days=21)


@pytest.mark.parametrize("verb", ["decline", "recuse"])
def test_leaving_without_a_reason_names_the_field(verb, ada):
    review = factories.make_review_at(State.INVITED)
    with nothing_stored():
        refused(client(ada).post(url(review, verb), {}), 422, pointer="/reason")


def test_acceptance_by_the_editor_is_not_permitted(edith):
    review = factories.make_review_at(State.INVITED)
    with nothing_stored():
        refused(client(edith).post(url(review, "accept")), 403)


def test_acceptance_twice_conflicts_with_the_state(ada):
    refused(client(ada).post(url(factories.make_review_at(State.ACCEPTED), "accept")), 409, code="invalid_transition")


def test_acceptance_replayed_with_its_key_gives_the_first_answer(ada):
    review, key = factories.make_review_at(State.INVITED), {"Idempotency-Key": "one"}
    first = client(ada).post(url(review, "accept"), headers=key)
    with nothing_stored():
        again = client(ada).post(url(review, "accept"), headers=key)
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())


def test_cancelling_by_the_editor_needs_no_reason(edith):
    response = client(edith).post(url(factories.make_review_at(State.INVITED), "cancel"))
    assert response.json()["state"] == "cancelled"


# --- signing --------------------------------------------------------------------------------------------------------


def test_signature_is_kept_with_name_meaning_and_digest(ada):
    review = factories.make_review_at(State.ACCEPTED)
    response = sign(review, statement="Read it all.")
    (signature,) = response.json()["signatures"]
    assert response.status_code == 200
    assert (response.json()["state"], response["ETag"]) == ("signed", Review.objects.get().etag)
    assert (signature["name"], signature["credentials"]) == ("Ada Example", "MD, PhD")
    assert signature["digest"] == review.version.digest
    assert signature["withdrawn_at"] is None


def test_signature_that_fills_the_quorum_approves_the_version(ada, ben):
    first = factories.make_review_at(State.SIGNED)
    assert sign(factories.make_accepted(first.version, "ben")).json()["version"]["state"] == "approved"


def test_withdrawn_signature_stays_on_record_with_its_reason(ada):
    review = factories.make_review_at(State.SIGNED)
    (signature,) = client(ada).post(url(review, "withdraw-signature"), REASON).json()["signatures"]
    assert signature["withdrawn_because"] == REASON["reason"]
    assert signature["withdrawn_at"]


@pytest.mark.parametrize(("headers", "status"), [({}, 428), ({"If-Match": "x"}, 400), ({"If-Match": '"x"'}, 412)])
def test_signing_without_the_present_tag_is_refused(headers, status, ada):
    review = factories.make_review_at(State.ACCEPTED)
    body = {"decision": "approve", "digest": review.version.digest, "password": factories.PASSWORD}
    with nothing_stored():
        refused(client(ada).post(url(review, "sign"), body, headers=headers), status)


def test_signing_over_another_digest_conflicts(ada):
    review = factories.make_review_at(State.ACCEPTED)
    with nothing_stored():
        refused(sign(review, digest="0" * 64), 409, code="digest_mismatch")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("decision", "abstain"),
        ("decision", None),
        ("digest", "0"),
        ("digest", "X" * 64),
        ("statement", "x" * 20_001),
        ("by", "ben"),
    ],
)
def test_signing_with_what_does_not_do_names_the_field(field, value, ada):
    review = factories.make_review_at(State.ACCEPTED)
    with nothing_stored():
        refused(
            sign(review, by=ada, **{field: value}) if field != "by" else _signed_for(review), 422, pointer=f"/{field}"
        )


def _signed_for(review: Review):
    body = {"decision": "approve", "digest": review.version.digest, "by": "ben"}
    return client(review.member.user).post(url(review, "sign"), body, headers={"If-Match": review.etag})


def test_request_for_changes_that_says_nothing_names_the_statement(ada):
    review = factories.make_review_at(State.ACCEPTED)
    with nothing_stored():
        refused(sign(review, decision="request_changes"), 422, pointer="/statement")


def test_signing_replayed_with_its_key_signs_once(ada):
    review = factories.make_review_at(State.ACCEPTED)
    body = {"decision": "approve", "digest": review.version.digest, "password": factories.PASSWORD}
    headers = {"If-Match": review.etag, "Idempotency-Key": "one"}
    answers = [client(ada).post(url(review, "sign"), body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Signature.objects.count() == 1


def test_signing_against_an_interest_disclosed_meanwhile_is_not_permitted(ada, edith):
    review = factories.make_review_at(State.ACCEPTED)
    product = factories.make_product()
    classification = factories.articles.Classification(products=[product.pk])
    article = review.version.article_id
    factories.articles.classify(article_id=article, classification=classification, by=edith, now=factories.NOW)
    factories.make_disclosure(review.member, company=product.manufacturer)
    with nothing_stored():
        refused(sign(review), 403, code="conflict_of_interest")


def test_signing_after_the_round_ended_conflicts(ada, edith):
    review = factories.make_review_at(State.ACCEPTED)
    actions.reject(version_id=review.version_id, reason="No.", by=edith, now=factories.NOW)
    with nothing_stored():
        refused(sign(Review.objects.get()), 409, code="invalid_transition")
