"""Taking over a reviewer's wording: into the draft, once, by its writers, and nothing is lost."""

import pytest

from articles import actions as articles
from articles.models import Citation, Rendition
from articles.text.content import Text
from editorial.exceptions import Conflict, InvalidTransition, NotFound, NotPermitted
from editorial.models import LedgerEntry
from reviews.actions import take_over
from tests.support import factories
from tests.support.factories import NOW
from tests.support.proposals import make_draft_of, make_proposal

pytestmark = pytest.mark.django_db


def take(comment, by):
    return take_over(comment_id=comment.pk, by=by, now=NOW)


def body_of(draft):
    return Rendition.objects.get(version=draft, audience__code="professional").body


def test_claim_is_replaced_and_its_citation_kept(wanda):
    comment = make_proposal()
    draft = make_draft_of(comment)
    taken = take(comment, wanda)
    assert body_of(draft).startswith("Immunoglobulin often causes back pain [@orbach2005]. It is mild")
    assert (taken.taken_over_at, taken.taken_over_by) == (NOW, wanda)
    assert Citation.objects.filter(version=draft).count() == 2


def test_taking_over_is_in_history_and_ledger(wanda):
    comment = make_proposal()
    draft = make_draft_of(comment)
    take(comment, wanda)
    assert comment.history.latest().history_change_reason == f"wording taken over into version {draft.number}"
    told = LedgerEntry.objects.filter(action="review.take_over").get().payload
    assert (told["comment"], told["into"], told["audience"], told["kept"]) == (
        comment.pk,
        draft.number,
        "professional",
        ["orbach2005"],
    )


def test_quoted_passage_of_the_summary_is_replaced_and_other_texts_stay(wanda):
    comment = make_proposal("often", quote="sometimes")
    draft = make_draft_of(comment)
    factories.make_audience("patient", position=2)
    texts = [*factories.make_texts(), Text("patient", "Perhaps.", "It may [@orbach2005].\n")]
    articles.edit(version_id=draft.pk, texts=texts, by=wanda, now=NOW)
    take(comment, wanda)
    rows = Rendition.objects.filter(version=draft)
    assert sorted(row.summary for row in rows) == ["Perhaps.", "Yes, often."]


def refusal(comment, by):
    with pytest.raises(Conflict) as refused:
        take(comment, by)
    return refused.value.code


def test_taking_over_without_a_draft_conflicts(wanda):
    assert refusal(make_proposal(), wanda) == "no_draft"


def test_comment_without_a_proposal_conflicts(wanda):
    comment = make_proposal("")
    make_draft_of(comment)
    assert refusal(comment, wanda) == "no_proposal"


def test_comment_on_the_whole_version_conflicts(wanda):
    comment = make_proposal(claim=None)
    make_draft_of(comment)
    assert refusal(comment, wanda) == "no_passage"


def test_passage_that_is_gone_conflicts(wanda):
    comment = make_proposal()
    make_draft_of(comment, body="Something else entirely [@orbach2005].\n")
    assert refusal(comment, wanda) == "passage_gone"


def test_passage_that_stands_twice_conflicts_and_names_how_often(wanda):
    comment = make_proposal(quote="back pain")
    make_draft_of(comment, body="Back pain and back pain, and no back pain [@orbach2005].\n")
    with pytest.raises(Conflict, match="occurs 2 times in the draft"):
        take(comment, wanda)


def test_wording_is_taken_over_once(wanda):
    comment = make_proposal()
    draft = make_draft_of(comment)
    take(comment, wanda)
    before = body_of(draft)
    with pytest.raises(InvalidTransition):
        take(comment, wanda)
    assert body_of(draft) == before


def test_editor_who_is_no_writer_of_it_is_not_permitted(edith):
    comment = make_proposal()
    make_draft_of(comment)
    with pytest.raises(NotPermitted):
        take(comment, edith)


def test_comment_of_a_sealed_review_is_out_of_sight(policy, wanda):
    review = factories.make_accepted(factories.make_submitted())
    said = {"version": review.version, "review": review, "author": review.member.user, "created_at": NOW}
    comment = review.comments.model(text="Weak.", quote="mild", proposal="bearable", **said)
    comment.record(by=review.member.user, now=NOW, reason="comment")
    with pytest.raises(NotFound):
        take(comment, wanda)
