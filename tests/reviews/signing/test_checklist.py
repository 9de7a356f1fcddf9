"""Answers to the policy's checklist over its borders: to the next policy, and to the next review of the same member."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import IntegrityError

from editorial.actions import draft_next_policy, keep_policy, publish_policy, remove_policy_row
from editorial.models import ChecklistQuestion, EditorialPolicy
from reviews import actions
from reviews.models import ChecklistAnswer, Decision, Review
from reviews.signing.checklist import EarlierAnswer, checklist_items
from tests.admin.test_flow import address, as_sent, words
from tests.support import factories
from tests.support.api import client as api_client
from tests.support.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db

DOSE, PLAIN, ELSE = "Is the dose right?", "How plain is it?", "Anything else?"
QUESTIONS = ((DOSE, "yes_no", True), (PLAIN, "scale", True), (ELSE, "text", False))


@pytest.fixture
def policy(db) -> EditorialPolicy:
    return factories.make_policy(quorum=2, questions=QUESTIONS)


@pytest.fixture
def review(policy) -> Review:
    return factories.make_accepted(factories.make_submitted())


def answer(review: Review, *values: str) -> None:
    policy = EditorialPolicy.objects.required(at=NOW)
    given = {question.pk: value for question, value in zip(policy.questions.in_order(), values, strict=False)}
    actions.answer_checklist(review_id=review.pk, checklist=given, by=review.member.user, now=NOW)


def publish_next(*, now=NOW, **changed: dict[str, object]) -> EditorialPolicy:
    """The next policy, with what is ``changed`` of its questions, by their place: ``q1={"text": "…"}``."""
    edith = factories.make_user("edith", is_editor=True)
    draft = draft_next_policy(by=edith, now=now)
    for question in draft.questions.in_order():
        for name, value in changed.get(f"q{question.position}", {}).items():
            setattr(question, name, value)
        keep_policy(record=question, by=edith, now=now)
    return publish_policy(policy_id=draft.pk, by=edith, now=now)


def shown(review: Review) -> list[str]:
    return [item.answer for item in checklist_items(review, policy=EditorialPolicy.objects.required(at=NOW))]


def sign(review: Review, **more):
    act = {"review_id": review.pk, "digest": review.version.digest, "by": review.member.user, "now": NOW}
    return actions.sign(decision=Decision.APPROVE, **act, **more)


# --- from policy to policy ------------------------------------------------------------------------------------------


def test_answers_carry_over_to_a_new_policy_that_asks_the_same(review):
    answer(review, "yes", "4", "Shorter, please.")
    publish_next()
    assert shown(review) == ["yes", "4", "Shorter, please."]
    signature = sign(review)
    assert [item["answer"] for item in signature.checklist] == ["yes", "4", "Shorter, please."]
    assert signature.policy.number == 2


def test_answers_stay_with_their_question_when_it_moves_or_becomes_required(review):
    answer(review, "yes", "", "Shorter, please.")
    publish_next(q1={"position": 9}, q3={"is_required": True})
    assert shown(review) == ["", "Shorter, please.", "yes"]


@pytest.mark.parametrize("changed", [{"text": "Is every dose right?"}, {"kind": "text"}])
def test_question_that_changed_is_asked_anew_with_the_old_answer_beside(review, changed):
    answer(review, "yes", "4")
    policy = publish_next(q1=changed)
    first, second, _ = checklist_items(review, policy=policy)
    assert (first.answer, first.earlier) == ("", EarlierAnswer(DOSE, "yes"))
    assert (second.answer, second.earlier) == ("4", None)
    answer(review, "no")
    assert checklist_items(review, policy=policy)[0].answer == "no"


def test_answer_counts_again_when_the_words_come_back(review):
    answer(review, "yes")
    publish_next(q1={"text": "Is every dose right?"})
    answer(review, "no")
    policy = publish_next(q1={"text": DOSE})
    assert checklist_items(review, policy=policy)[0].answer == "yes"
    assert checklist_items(review, policy=policy)[0].earlier == EarlierAnswer("Is every dose right?", "no")


def test_question_deleted_and_typed_anew_is_another_one(review):
    answer(review, "yes")
    edith = factories.make_user("edith")
    draft = draft_next_policy(by=edith, now=NOW)
    remove_policy_row(row=draft.questions.in_order()[0], by=edith, now=NOW)
    keep_policy(record=ChecklistQuestion(policy=draft, position=1, text=DOSE), by=edith, now=NOW)
    publish_policy(policy_id=draft.pk, by=edith, now=NOW)
    assert shown(review)[0] == ""


def test_answer_that_is_taken_back_under_the_new_policy_is_gone(review):
    answer(review, "yes")
    publish_next()
    answer(review, "")
    assert shown(review)[0] == ""


def test_answer_sent_again_under_the_new_policy_writes_nothing(review):
    answer(review, "yes", "4")
    publish_next()
    answer(review, "yes", "5")
    kept = [(row.question.policy.number, row.value) for row in ChecklistAnswer.objects.order_by("pk")]
    assert kept == [(1, "yes"), (1, "4"), (2, "5")]


def test_checklist_over_http_shows_the_old_answer_beside_changed_words(review):
    answer(review, "yes")
    policy = publish_next(q1={"text": "Is every dose right?"})
    ada = api_client(review.member.user)
    first, second, _ = ada.get(f"/api/v1/reviews/{review.pk}/checklist/").json()["checklist"]
    assert (first["answer"], first["earlier"]) == ("", {"question": DOSE, "answer": "yes"})
    assert second["earlier"] is None
    told = ada.get("/api/v1/policy/2/").json()["checklist"][0]
    assert told["identity"] == first["identity"] == str(policy.questions.in_order()[0].identity)


# --- while the sign page is open ------------------------------------------------------------------------------------


def opened(client, review: Review, policy: EditorialPolicy) -> dict[str, str]:
    """What the sign page would send once everything is filled in, before the policy changes."""
    client.force_login(review.member.user)
    page = client.get(address(review, "do", "sign"))
    values = ("yes", "4", "Shorter, please.")
    typed = {f"checklist-{one.asks}": value for one, value in zip(policy.questions.in_order(), values, strict=True)}
    return as_sent(page, decision="approve", statement="Sound.", password=PASSWORD, **typed)


def test_policy_published_while_signing_is_told_and_nothing_typed_is_lost(client, review, policy):
    sent = opened(client, review, policy)
    publish_next(q1={"text": "Is every dose right?"})
    stale = client.post(address(review, "do", "sign"), sent)
    assert stale.status_code == 409
    assert "The policy, version: 1 when you opened the page, 2 now." in words(stale)
    assert "The words changed. Before: “Is the dose right?” You answered: “yes”" in words(stale)
    again = as_sent(stale, password=PASSWORD)
    asks = [question.asks for question in EditorialPolicy.objects.get(number=2).questions.in_order()]
    assert again["statement"] == "Sound."
    assert [again.get(f"checklist-{one}") for one in asks] == ["", "4", "Shorter, please."]
    assert client.post(address(review, "do", "sign"), {**again, f"checklist-{asks[0]}": "yes"}).status_code == 302
    assert [item["answer"] for item in review.signatures.get().checklist] == ["yes", "4", "Shorter, please."]


def test_sign_page_shows_what_was_typed_into_words_that_changed(client, review, policy):
    first = policy.questions.in_order()[0]
    client.force_login(review.member.user)
    typed = {"form": "sign", "value": {f"checklist-{first.asks}": "no"}}
    kept = client.post(f"/admin/reviews/review/{review.pk}/typed/", typed, content_type="application/json")
    assert kept.status_code == 200
    publish_next(q1={"text": "Is every dose right?"})
    assert "Before: “Is the dose right?” You answered: “no”" in words(client.get(address(review, "do", "sign")))


# --- from review to review ------------------------------------------------------------------------------------------


def test_answers_survive_that_the_member_is_called_off_and_invited_again(review, edith):
    answer(review, "yes", "4")
    actions.cancel(review_id=review.pk, by=edith, now=NOW)
    assert shown(factories.make_accepted(review.version)) == ["yes", "4", ""]


def test_answers_survive_into_the_next_version(review, edith, wanda):
    answer(review, "yes", "4")
    actions.request_changes(version_id=review.version_id, reason="Shorter.", by=edith, now=NOW)
    newer = factories.articles.revise(version_id=review.version_id, by=wanda, now=NOW)
    factories.articles.edit(version_id=newer.pk, question="Can IVIG hurt?", by=wanda, now=NOW)
    factories.articles.submit(version_id=newer.pk, by=wanda, now=NOW)
    assert shown(factories.make_accepted(newer)) == ["yes", "4", ""]


def test_answers_that_were_signed_are_asked_anew_in_the_next_version(review, wanda):
    answer(review, "yes", "4")
    actions.sign(
        review_id=review.pk,
        decision=Decision.REQUEST_CHANGES,
        digest=review.version.digest,
        statement="Shorter.",
        by=review.member.user,
        now=NOW,
    )
    newer = factories.articles.revise(version_id=review.version_id, by=wanda, now=NOW)
    factories.articles.edit(version_id=newer.pk, question="Can IVIG hurt?", by=wanda, now=NOW)
    factories.articles.submit(version_id=newer.pk, by=wanda, now=NOW)
    assert shown(factories.make_accepted(newer)) == ["", "", ""]


def test_answers_of_a_colleague_or_on_another_article_are_nobody_elses(review, policy):
    answer(review, "yes", "4")
    assert shown(factories.make_accepted(review.version, "ben")) == ["", "", ""]
    assert shown(factories.make_accepted(factories.make_submitted("another"))) == ["", "", ""]


# --- in the database ------------------------------------------------------------------------------------------------


def test_policy_asks_a_question_once(policy, edith):
    draft = draft_next_policy(by=edith, now=NOW)
    first = draft.questions.in_order()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        ChecklistQuestion.objects.create(policy=draft, position=9, text="Again?", identity=first.identity)


def test_migration_gives_the_same_identity_to_the_same_words(policy):
    other = factories.make_policy(number=2, questions=(QUESTIONS[1], (DOSE, "scale", True), QUESTIONS[0]))
    migration = import_module("editorial.migrations.0014_question_identity")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor(atomic=False) as editor:
        migration.identify(apps, editor)
    before, after = ([one.identity for one in each.questions.in_order()] for each in (policy, other))
    assert (after[0], after[2]) == (before[1], before[0])
    assert after[1] not in before
