"""Writers answer what reviewers said: when, whom, and what stays with the reviewer."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from articles import actions as articles
from editorial.exceptions import InvalidTransition, NotFound, NotPermitted, Unacceptable
from editorial.models import LedgerEntry, Notice
from reviews import actions
from reviews.desk.earlier_comments import earlier_comments
from reviews.models import Comment
from tests.admin.test_flow import address, do, words
from tests.support import factories
from tests.support.factories import NOW
from tests.support.proposals import make_draft_of, make_proposal

pytestmark = pytest.mark.django_db

RTL = "\u202e\u05e9\u05dc\u05d5\u05dd\u202c e\u0301\u0302\u0303 <b>"


def answer(comment, by, text="Half a gram a day.", **more):
    return actions.answer(comment_id=comment.pk, text=text, by=by, now=NOW, **more)


def again(comment):
    return Comment.objects.get(pk=comment.pk)


def test_writer_answers_and_resolves_and_the_reviewer_is_told_once_a_day(wanda, ada):
    comment = make_proposal()
    given = answer(comment, wanda)
    answer(comment, wanda, "Nothing more.", resolves=True)
    assert (given.parent, given.review, given.author, given.is_blocking) == (comment, comment.review, wanda, False)
    assert again(comment).resolved_by == wanda
    assert again(comment).history.latest().history_change_reason == "resolved"
    notice = Notice.objects.get(kind="comment_answered")
    assert notice.recipient == ada
    assert "Half a gram" not in str(notice.context)
    told = LedgerEntry.objects.filter(action="review.answer_comment").order_by("pk").first().payload
    assert (told["comment"], told["answer"], told["resolves"]) == (comment.pk, given.pk, False)


def test_answer_to_ones_own_answer_tells_nobody(wanda):
    given = answer(make_proposal(), wanda)
    Notice.objects.filter(kind="comment_answered").delete()
    answer(given, wanda, "I mean a whole one.")
    assert not Notice.objects.filter(kind="comment_answered").exists()


def test_last_word_on_a_blocking_comment_stays_with_who_raised_it(wanda, ada):
    comment = make_proposal(is_blocking=True)
    with pytest.raises(NotPermitted, match="blocking"):
        answer(comment, wanda, resolves=True)
    answer(comment, wanda)
    assert again(comment).resolved_at is None
    actions.resolve(comment_id=comment.pk, by=ada, now=NOW)
    assert again(comment).resolved_by == ada


def test_comment_is_not_resolved_twice(wanda):
    comment = make_proposal()
    answer(comment, wanda, resolves=True)
    with pytest.raises(InvalidTransition):
        answer(comment, wanda, resolves=True)


def test_answer_without_words_is_refused_at_its_field(wanda):
    with pytest.raises(Unacceptable) as refused:
        answer(make_proposal(), wanda, " \n")
    assert refused.value.faults[0].pointer == "/text"


@pytest.mark.parametrize(("username", "refusal"), [("ada", NotPermitted), ("edith", NotPermitted), ("ben", NotFound)])
def test_nobody_but_the_writers_answers(username, refusal, request):
    with pytest.raises(refusal):
        answer(make_proposal(), request.getfixturevalue(username))


def test_nothing_is_answered_while_the_round_is_open(policy, wanda):
    """Neither a sealed comment nor one that the writer reads already."""
    version = factories.make_submitted()
    review = factories.make_accepted(version)
    factories.make_accepted(version, "ben")
    comment = actions.comment(review_id=review.pk, text="Which dose?", by=review.member.user, now=NOW)
    with pytest.raises(NotFound):
        answer(comment, wanda)
    factories.sign(review)
    with pytest.raises(InvalidTransition, match="round is over"):
        answer(comment, wanda)


# --- what PostgreSQL holds ------------------------------------------------------------------------------------------


def forged(comment, **fields):
    """SQL for an answer of its writer to ``comment``, but for ``fields``."""
    row = {
        "version_id": comment.version_id,
        "review_id": comment.review_id,
        "parent_id": comment.pk,
        "author_id": comment.version.created_by_id,
        "text": "Forged.",
        "quote": "",
        "proposal": "",
        "is_blocking": False,
        "resolution": "",
        "resolution_reason": "",
        "created_at": NOW,
        **fields,
    }
    into, values = ", ".join(row), ", ".join(["%s"] * len(row))
    return f"INSERT INTO reviews_comment ({into}) VALUES ({values})", list(row.values())


def test_postgresql_lets_a_writers_answer_pass_and_nothing_else(ada, ben, policy):
    comment = make_proposal()
    elsewhere = make_proposal_on("elsewhere")
    wrong = [
        {"author_id": ada.pk},
        {"author_id": ben.pk},
        {"parent_id": None},
        {"parent_id": elsewhere.pk},
        {"review_id": elsewhere.review_id},
        {"version_id": elsewhere.version_id},
        {"is_blocking": True},
        {"quote": "pain"},
        {"proposal": "Other words."},
        {"claim_id": comment.claim_id},
        {"resolved_at": NOW, "resolved_by_id": comment.version.created_by_id},
        {"taken_over_at": NOW, "taken_over_by_id": comment.version.created_by_id},
    ]
    for fields in wrong:
        with pytest.raises(IntegrityError, match="no answer of a writer"), transaction.atomic():
            connection.cursor().execute(*forged(comment, **fields))
    connection.cursor().execute(*forged(comment))
    assert Comment.objects.filter(text="Forged.").count() == 1


def make_proposal_on(slug):
    """A comment in a signed review whose round is still open."""
    version = factories.make_submitted(slug)
    review = factories.make_accepted(version)
    comment = actions.comment(review_id=review.pk, text="Which dose?", by=review.member.user, now=NOW)
    factories.sign(review)
    return comment


def test_postgresql_refuses_an_answer_while_the_round_is_open(policy):
    comment = make_proposal_on("open")
    with pytest.raises(IntegrityError, match="no answer of a writer"), transaction.atomic():
        connection.cursor().execute(*forged(comment))


# --- the next version -----------------------------------------------------------------------------------------------


def test_answers_stand_at_the_desk_of_the_next_version_also_where_the_writer_resolved(wanda, ada, client):
    comment = make_proposal()
    answer(comment, wanda, RTL, resolves=True)
    draft = make_draft_of(comment)
    articles.edit(version_id=draft.pk, question="Does it hurt the back?", by=wanda, now=NOW)
    articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    review = factories.make_accepted(draft)
    client.force_login(ada)
    page = client.get(reverse("admin:reviews_review_desk", args=[review.pk]))
    shown = page.content.decode()
    assert "Resolved by Wanda Example" in words(page)
    assert f'<div class="words" dir="auto"><p>{RTL.replace("<b>", "&lt;b&gt;")}</p></div>' in shown


def test_what_its_reviewer_resolved_is_not_brought_up_again(ada):
    comment = make_proposal()
    actions.resolve(comment_id=comment.pk, by=ada, now=NOW)
    assert earlier_comments(make_draft_of(comment), user=ada) == []


def test_who_did_not_sign_the_round_reads_no_answer(wanda, ben):
    comment = make_proposal()
    given = answer(comment, wanda)
    assert not Comment.objects.visible_to(ben).filter(pk__in=[comment.pk, given.pk]).exists()


# --- the admin ------------------------------------------------------------------------------------------------------


def test_writer_answers_from_the_draft_and_comes_back_to_it(wanda, client):
    comment = make_proposal()
    draft = make_draft_of(comment)
    client.force_login(wanda)
    assert address(comment, "do", "answer") in client.get(address(draft)).content.decode()
    page = client.get(address(comment, "do", "answer"))
    assert "Too weak." in words(page)
    assert 'name="resolves"' in page.content.decode()
    done = do(client, wanda, comment, "answer", text=RTL)
    assert done.url.endswith(f"{draft.pk}/change/#remarks")
    shown = client.get(address(draft))
    assert "Wanda Example answered" in words(shown)
    assert "Answer again or resolve" in words(shown)
    do(client, wanda, comment, "answer", text="Done.", resolves="on")
    assert address(comment, "do", "answer") not in client.get(address(draft)).content.decode()
    assert "resolved already" not in words(client.get(address(comment, "do", "answer")))


def test_writer_answers_on_the_version_where_there_is_no_draft(wanda, client):
    comment = make_proposal(is_blocking=True)
    client.force_login(wanda)
    assert address(comment, "do", "answer") in client.get(address(comment.version)).content.decode()
    assert 'name="resolves"' not in client.get(address(comment, "do", "answer")).content.decode()
    assert do(client, wanda, comment, "answer", text="Done.").url.endswith("#comments")


def test_answer_that_is_too_long_is_refused_at_its_field_and_kept_there(wanda, client):
    comment = make_proposal()
    page = do(client, wanda, comment, "answer", text="é" * 100_000)
    assert "at most 20000 characters" in words(page)
    assert "é" * 100_000 in page.content.decode()
    assert Comment.objects.count() == 1


def test_answer_is_not_offered_before_the_round_is_over_nor_to_others(policy, wanda, edith, client):
    comment = make_proposal_on("open")
    client.force_login(wanda)
    assert "Comments are answered when the round is over." in words(client.get(address(comment)))
    assert address(comment, "do", "answer") not in client.get(address(comment.version)).content.decode()
    assert do(client, edith, comment, "answer", text="No.").status_code == 403


def test_answer_is_said_to_be_the_writers_to_who_opens_its_page(policy, ada, client):
    comment = make_proposal()
    client.force_login(ada)
    page = client.get(address(comment, "do", "answer"), follow=True)
    assert "This cannot be done here." in words(page)
