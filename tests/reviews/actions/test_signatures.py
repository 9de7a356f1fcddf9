"""Signing: the checklist, what a page shows beforehand, re-authentication, and the receipt."""

import pytest
from django.urls import reverse

from articles.models import Reference
from articles.requirements import required
from editorial.exceptions import Unacceptable
from editorial.models import BoardMember, EditorialPolicy, LedgerEntry
from reviews import actions
from reviews.lifecycle import State
from reviews.models import ChecklistAnswer, Decision, Review, Signature
from reviews.signing.checklist import visible_checklist_items
from reviews.signing.sign_page import changed_facts, facts, signature_effect, signing_effects, signing_summary
from tests.admin.test_flow import address, as_sent, do, words
from tests.support import factories, verdicts
from tests.support.api import client as api_client
from tests.support.api import nothing_stored, refused
from tests.support.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db

QUESTIONS = (
    ("Is the dose right?", "yes_no", True),
    ("How plain is it?", "scale", True),
    ("Anything else?", "text", False),
)


@pytest.fixture
def asked(db):
    """A policy that asks three things, two of them required; one approval is enough."""
    return list(factories.make_policy(quorum=1, questions=QUESTIONS).questions.in_order())


@pytest.fixture
def review(asked) -> Review:
    return factories.make_accepted(factories.make_submitted())


def answers(asked, *values):
    return {question.pk: value for question, value in zip(asked, values, strict=False)}


def answer(review, given):
    return actions.answer_checklist(review_id=review.pk, checklist=given, by=review.member.user, now=NOW)


def sign(review, decision=Decision.APPROVE, **more):
    act = {"review_id": review.pk, "digest": review.version.digest, "by": review.member.user, "now": NOW}
    return actions.sign(decision=decision, **act, **more)


# --- the checklist --------------------------------------------------------------------------------------------------


def test_answers_are_kept_changed_and_taken_back_with_history(review, asked):
    answer(review, answers(asked, "yes", "4"))
    answer(review, answers(asked, " no ", ""))
    kept = {row.question_id: row.value for row in ChecklistAnswer.objects.all()}
    assert kept == answers(asked, "no", "")
    assert str(ChecklistAnswer.objects.earliest("pk")) == "Is the dose right?: no"
    assert ChecklistAnswer.history.count() == 4


def test_same_answer_again_writes_nothing(review, asked):
    answer(review, answers(asked, "yes"))
    with nothing_stored():
        answer(review, answers(asked, "yes"))


@pytest.mark.parametrize(
    ("given", "code"),
    [(("perhaps",), "invalid_choice"), (("yes", "6"), "invalid_choice"), (("yes", "5", "x" * 2001), "max_length")],
)
def test_answer_that_does_not_fit_its_question_is_refused_there(review, asked, given, code):
    with pytest.raises(Unacceptable) as refusal:
        answer(review, answers(asked, *given))
    (fault,) = refusal.value.faults
    assert (fault.pointer, fault.code) == (f"/checklist/{asked[len(given) - 1].pk}", code)
    assert not ChecklistAnswer.objects.exists()


def test_answer_to_what_is_not_asked_is_refused(review):
    with pytest.raises(Unacceptable) as refusal:
        answer(review, {0: "yes"})
    assert refusal.value.faults[0].code == "unknown_question"


def test_approval_without_required_answers_names_each_question(review, asked):
    with pytest.raises(Unacceptable) as refusal:
        sign(review, checklist=answers(asked, "yes"))
    assert [fault.pointer for fault in refusal.value.faults] == [f"/checklist/{asked[1].pk}"]
    assert not ChecklistAnswer.objects.exists()


def test_request_for_changes_needs_no_answers(review):
    assert sign(review, Decision.REQUEST_CHANGES, statement="Too long.").checklist[0]["answer"] == ""


def test_signature_keeps_questions_and_answers_in_words(review, asked):
    signature = sign(review, checklist=answers(asked, "yes", "4"))
    assert signature.checklist[0] == {
        "identity": str(asked[0].identity),
        "question": "Is the dose right?",
        "kind": "yes_no",
        "required": True,
        "answer": "yes",
    }
    assert [item["answer"] for item in signature.checklist] == ["yes", "4", ""]


def test_answers_are_sealed_for_everybody_else_until_signed(review, asked, edith, ben):
    answer(review, answers(asked, "yes", "4"))
    policy = EditorialPolicy.objects.required(at=NOW)
    seen = {
        user: [item.answer for item in visible_checklist_items(user, review, policy=policy)]
        for user in (edith, review.member.user)
    }
    assert seen == {edith: ["", "", ""], review.member.user: ["yes", "4", ""]}
    sign(review)
    assert [item.answer for item in visible_checklist_items(edith, review, policy=policy)] == ["yes", "4", ""]


def test_checklist_over_http_is_read_and_answered(review, asked):
    where, ada = f"/api/v1/reviews/{review.pk}/checklist/", api_client(review.member.user)
    assert [item["answer"] for item in ada.get(where).json()["checklist"]] == ["", "", ""]
    shown = ada.post(where, {"checklist": {str(asked[0].pk): "no"}}).json()
    assert shown["policy"] == 1
    assert shown["checklist"][0] == {
        "id": asked[0].pk,
        "identity": str(asked[0].identity),
        "text": "Is the dose right?",
        "kind": "yes_no",
        "required": True,
        "answer": "no",
        "earlier": None,
    }
    with nothing_stored():
        refused(ada.post(where, {"checklist": {"x": "no"}}), 422, pointer="/checklist/x")
        refused(ada.post(where, {"checklist": {str(asked[0].pk): "?"}}), 422, pointer=f"/checklist/{asked[0].pk}")


def test_checklist_before_any_policy_is_empty(review, time_machine):
    time_machine.move_to("2019-01-01")
    shown = api_client(review.member.user).get(f"/api/v1/reviews/{review.pk}/checklist/").json()
    assert shown == {"policy": None, "checklist": []}


# --- the password ---------------------------------------------------------------------------------------------------


def signed_over_http(review, **body):
    sent = {"decision": "approve", "digest": review.version.digest, "password": PASSWORD, **body}
    headers = {"If-Match": review.etag, "Idempotency-Key": "k"}
    return api_client(review.member.user).post(f"/api/v1/reviews/{review.pk}/sign/", sent, headers=headers)


def test_signing_over_http_carries_answers(review, asked):
    shown = signed_over_http(review, checklist={str(asked[0].pk): "yes", str(asked[1].pk): "5"}).json()
    assert shown["signatures"][0]["checklist"][1]["answer"] == "5"


@pytest.mark.parametrize("password", ["wrong", "", 5, None])
def test_signing_over_http_with_a_wrong_password_does_nothing(review, password):
    with nothing_stored():
        refused(signed_over_http(review, password=password), 422, pointer="/password")


def test_guessing_the_password_is_locked_out_although_each_attempt_is_refused(review):
    answered = [signed_over_http(review, password="wrong").status_code for _ in range(11)]
    assert answered[0] == 422
    assert answered[-1] == 429
    assert signed_over_http(review).status_code != 200


def test_signing_over_http_by_a_list_is_no_body(review):
    headers = {"If-Match": review.etag}
    refused(api_client(review.member.user).post(f"/api/v1/reviews/{review.pk}/sign/", [], headers=headers), 422)


def test_wrong_password_in_the_admin_is_said_at_the_field_and_keeps_what_was_typed(client, review):
    answer = do(client, review.member.user, review, "sign", decision="approve", statement="All of it.", password="no")
    assert answer.context["form"].errors["password"] == ["This is not your password."]
    assert "All of it." in words(answer)
    assert not Signature.objects.exists()


# --- the page -------------------------------------------------------------------------------------------------------


def test_summary_counts_texts_verdicts_and_comments(review):
    verdicts.check_all(review)
    actions.comment(review_id=review.pk, text="?", is_blocking=True, by=review.member.user, now=NOW)
    shown = signing_summary(review, now=NOW)
    assert [(str(text.rendition.audience), text.words) for text in shown.texts] == [("Professional", 13)]
    assert dict(shown.verdicts) == {"supports": 3}
    assert (shown.claims.checked, shown.claims.claims) == (2, 2)
    assert (shown.comments, shown.open_comments, shown.blocking) == (1, 1, 1)


def test_sign_page_shows_what_is_signed(client, review):
    client.force_login(review.member.user)
    page = client.get(address(review, "do", "sign"))
    shown = words(page)
    for expected in (
        review.version.digest,
        "Ada Example, MD, PhD",
        "For Professional",
        "0 of 2 checked in this round, 0 carried over, 2 to check",
        "None given in this round",
        "Retracted works None",
        "Is the dose right?",
    ):
        assert expected in shown
    assert "the policy asks for one approval. If your approval is the last one needed, readers see Approved" in shown


def test_outlook_is_the_same_whatever_colleagues_voted():
    factories.make_specialty()
    factories.make_policy(quorum=2, required_specialties=["immunology"])
    version = factories.make_submitted()
    other = factories.make_accepted(version, "ben")
    before = signing_effects(required(version, at=NOW))
    factories.sign(other)
    assert signing_effects(required(version, at=NOW)) == before
    assert "asks for two approvals, with immunology among the approvers. If" in before[Decision.APPROVE]


def test_approval_without_an_answer_is_said_at_the_question(client, review, asked):
    answer = do(client, review.member.user, review, "sign", decision="approve")
    assert answer.status_code == 422
    assert f"checklist-{asked[0].asks}" in answer.context["form"].errors


def test_page_that_is_stale_says_what_changed_and_can_be_signed_after_that(client, review, asked):
    ada = review.member.user
    client.force_login(ada)
    page = client.get(address(review, "do", "sign"))
    sent = as_sent(page, decision="request_changes", statement="Mine.", password=PASSWORD)
    actions.comment(review_id=review.pk, text="Later.", by=ada, now=NOW)
    stale = client.post(address(review, "do", "sign"), sent)
    assert stale.status_code == 409
    assert "Look again, then sign. Your comments: 0 when you opened the page, 1 now." in words(stale)
    again = as_sent(stale, password=PASSWORD)
    assert again["statement"] == "Mine."
    assert client.post(address(review, "do", "sign"), again).status_code == 302


def test_work_found_retracted_after_the_page_was_opened_makes_it_stale(client, review, asked):
    ada = review.member.user
    client.force_login(ada)
    sent = as_sent(
        client.get(address(review, "do", "sign")), decision="request_changes", statement="No.", password=PASSWORD
    )
    work = Reference.objects.get(key="stiehm2013")
    work.retraction, work.retraction_as_of = "retracted", NOW.date()
    work.record(by=ada, now=NOW)
    stale = client.post(address(review, "do", "sign"), sent)
    assert stale.status_code == 409
    assert "Cited works found retracted: none when you opened the page, [2] now." in words(stale)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("shown", ["", "{", "[]"])
def test_page_that_does_not_say_what_it_showed_is_stale(client, review, shown):
    answer = do(client, review.member.user, review, "sign", decision="request_changes", statement="No.", shown=shown)
    assert answer.status_code == 409
    assert not Signature.objects.exists()


def test_changes_name_what_is_new_gone_and_different():
    found = changed_facts({"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "4", "d": "1"})
    assert [fault.detail.split(":")[0] for fault in found] == ["a", "c", "d"]


def test_facts_without_a_policy_say_none(review):
    assert facts(review, now=NOW.replace(year=2019))["The policy, version"] == "none"


def test_second_click_and_second_tab_lead_to_the_receipt(client, review, asked):
    client.force_login(review.member.user)
    page = client.get(address(review, "do", "sign"))
    given = {f"checklist-{question.asks}": value for question, value in zip(asked, ("yes", "5"), strict=False)}
    sent = as_sent(page, decision="approve", password=PASSWORD, **given)
    places = [client.post(address(review, "do", "sign"), sent)["Location"] for _ in range(2)]
    places.append(client.get(address(review, "do", "sign"))["Location"])
    assert places == [reverse("admin:reviews_signature_receipt", args=[Signature.objects.get().pk])] * 3
    client.force_login(factories.make_user("edith"))
    assert client.get(address(review, "do", "sign"))["Location"] == address(review)


# --- the receipt ----------------------------------------------------------------------------------------------------


def receipt(client, user, signature):
    client.force_login(user)
    return client.get(reverse("admin:reviews_signature_receipt", args=[signature.pk]))


def test_receipt_says_who_when_what_over_which_text(client, review, asked):
    signature = sign(review, checklist=answers(asked, "yes", "4"), statement="Sound.")
    entry = LedgerEntry.objects.get(action="review.sign")
    page = receipt(client, review.member.user, signature)
    shown = words(page)
    for expected in (
        "Ada Example, MD, PhD",
        "2026-03-02 09:00:00 UTC",
        signature.meaning,
        signature.digest,
        entry.hash,
    ):
        assert expected in shown
    assert "This is the one approval that the policy asks for. The version is approved." in shown
    assert f"/articles/{signature.review.version.article.slug}/" in page.content.decode()
    assert "Is the dose right? yes" in shown
    assert "Is the dose right? yes" in words(client.get(address(signature)))


def test_receipt_of_another_members_signature_is_out_of_sight(client, review, cleo, asked):
    signature = sign(review, Decision.REQUEST_CHANGES, statement="No.")
    assert receipt(client, cleo, signature)["Location"] == reverse("admin:index")


def test_receipt_of_a_withdrawn_signature_says_so(client):
    review = factories.make_review_at(State.SIGNED)
    actions.withdraw_signature(review_id=review.pk, reason="Read on.", by=review.member.user, now=NOW)
    shown = words(receipt(client, review.member.user, Signature.objects.get()))
    assert "Withdrawn" in shown
    assert "Read on." in shown


def test_consequence_names_the_place_and_what_is_lacking():
    review = factories.make_review_at(State.SIGNED)
    said = signature_effect(Signature.objects.get(), now=NOW)
    assert said == (
        "This is the first of two approvals that the policy asks for. "
        "An approval still needs 1 more approving signature."
    )
    assert review.version.state == "under_review"


def test_consequence_of_an_approval_beyond_what_is_asked_for_names_no_place():
    factories.make_policy(quorum=1, claim_checks="one")
    version = factories.make_submitted()
    for name in ("ada", "ben"):
        factories.sign(factories.make_accepted(version, name))
    said = [signature_effect(signature, now=NOW) for signature in Signature.objects.order_by("pk")]
    assert said[0].startswith("This is the one approval that")
    assert said[1].startswith("An approval still needs a verdict")


def test_consequence_of_a_request_for_changes_names_no_place():
    review = factories.make_review_at(State.ACCEPTED)
    factories.make_accepted(review.version, "ben")
    factories.sign(review, Decision.REQUEST_CHANGES)
    assert "This is" not in signature_effect(Signature.objects.get(), now=NOW)


def test_signature_keeps_name_and_credentials_of_its_day(client, edith):
    review = factories.make_review_at(State.SIGNED)
    member = BoardMember.objects.get(pk=review.member_id)
    member.credentials, member.user.last_name = "DPhil", "Married"
    member.save()
    member.user.save()
    signature = Signature.objects.get()
    assert (signature.name, signature.credentials) == ("Ada Example", "MD, PhD")
    assert "Ada Example, MD, PhD" in words(receipt(client, edith, signature))
