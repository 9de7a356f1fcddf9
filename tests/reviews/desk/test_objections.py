"""An objection binds its article until a named person ends it, whatever happens to its version, round or seat."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Version
from editorial.exceptions import Conflict, InvalidTransition, NotFound, NotPermitted, Unacceptable
from editorial.models import LedgerEntry, Notice
from editorial.record import ledger
from reviews import actions as reviews
from reviews import verification
from reviews.actions.comments_and_verdicts import Anchor
from reviews.desk.objections import ended_objections, open_objections, visible_objections
from reviews.models import AcceptedChange, ClaimCheck, Comment, Resolution, Review, Ruling, RulingKind
from reviews.models.comments_and_verdicts import NEGATIVE, Verdict
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verdicts import TWO, check, claims_of, missing, sent, texts_of

WHY = {"now": NOW, "reason": "The trial was small."}
REWORDED = "Pain is rare [@orbach2005]. It is mild [@stiehm2013].\n"

pytestmark = pytest.mark.django_db


def object_to(review: Review, index: int = 0, text: str = "The dose is lethal.", **anchor) -> Comment:
    anchor = anchor or {"claim_id": claims_of(review.version)[index].pk}
    said = {"review_id": review.pk, "by": review.member.user, "now": NOW}
    return reviews.comment(text=text, anchor=Anchor(**anchor), is_blocking=True, **said)


def approve(version: Version, *usernames: str) -> State:
    for username in usernames:
        factories.sign(factories.make_accepted(version, username))
    return factories.reread(version).state


@pytest.fixture
def objected(policy) -> Comment:
    """Ada blocks the first claim and asks for changes."""
    review = factories.make_accepted(sent())
    comment = object_to(review)
    factories.sign(review, "request_changes")
    return comment


@pytest.fixture
def second(objected) -> Version:
    """The next version, which leaves the claim as it was."""
    return sent(None, after=factories.reread(objected.version))


@pytest.fixture
def reworded(objected) -> Version:
    return sent(REWORDED, after=factories.reread(objected.version))


# --- the next version -------------------------------------------------------------------------------------------------


def test_text_that_did_not_change_since_changes_were_requested_is_refused(objected, wanda):
    version = factories.reread(objected.version)
    draft = articles.revise(version_id=version.pk, by=wanda, now=NOW)
    with pytest.raises(Unacceptable) as refusal:
        articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    assert [fault.code for fault in refusal.value.faults] == ["unchanged_text"]
    texts = texts_of(draft)
    articles.edit(version_id=draft.pk, texts=[type(texts[0])("professional", "Yes.", TWO, True)], by=wanda, now=NOW)
    assert articles.submit(version_id=draft.pk, by=wanda, now=NOW).state == State.SUBMITTED


def test_text_that_was_withdrawn_and_not_objected_to_may_be_submitted_again(policy, wanda):
    version = factories.make_submitted()
    reviews.withdraw(version_id=version.pk, by=wanda, now=NOW)
    draft = articles.revise(version_id=version.pk, by=wanda, now=NOW)
    assert articles.submit(version_id=draft.pk, by=wanda, now=NOW).state == State.SUBMITTED


def test_blocking_comment_holds_the_approval_of_the_next_version(objected, second):
    assert approve(second, "ben", "cleo") == State.UNDER_REVIEW
    assert missing(second) == ["resolution of 1 blocking comment"]


def test_blocking_comment_ends_by_its_author(objected, second, ada):
    approve(second, "ben", "cleo")
    reviews.resolve(comment_id=objected.pk, by=ada, now=NOW)
    assert factories.reread(second).state == State.APPROVED
    assert Comment.objects.get(pk=objected.pk).resolution == Resolution.WITHDRAWN


def test_blocking_comment_ends_by_a_ruling_with_a_reason_that_its_author_and_the_writers_read(objected, second, edith):
    approve(second, "ben", "cleo")
    with pytest.raises(Unacceptable, match="reason"):
        reviews.resolve(comment_id=objected.pk, by=edith, now=NOW)
    reviews.resolve(comment_id=objected.pk, by=edith, **WHY)
    comment = Comment.objects.get(pk=objected.pk)
    assert (comment.resolution, comment.resolution_reason) == (Resolution.RULED, "The trial was small.")
    assert factories.reread(second).state == State.APPROVED
    told = Notice.objects.filter(kind="objection_ended").order_by("pk")
    assert [notice.recipient.username for notice in told] == ["ada", "wanda"]
    assert LedgerEntry.objects.get(action="review.resolve_comment").payload["reason"] == "The trial was small."


def test_editor_who_wrote_in_the_article_does_not_rule_on_objections_to_it(objected, second, wanda, edith):
    wanda.is_editor = True
    wanda.save()
    with pytest.raises(NotPermitted, match="wrote in this article"):
        reviews.resolve(comment_id=objected.pk, by=wanda, **WHY)


def test_changed_claim_is_blocked_until_a_reviewer_accepts_the_change(objected, reworded, ben, ada):
    mine = factories.make_accepted(reworded, "ben")
    (found,) = open_objections(reworded)
    assert (found.stands, found.before, found.now) == (False, "Pain is common.", "Pain is rare.")
    reviews.accept_changed_passage(comment_id=objected.pk, by=ben, now=NOW)
    assert open_objections(reworded) == []
    factories.sign(mine)
    assert approve(reworded, "cleo") == State.APPROVED
    assert Notice.objects.filter(kind="objection_ended", recipient=ada).count() == 1


def test_claim_that_is_stated_again_as_before_is_objected_to_again(objected, reworded, ben, edith):
    factories.make_accepted(reworded, "ben")
    reviews.accept_changed_passage(comment_id=objected.pk, by=ben, now=NOW)
    reviews.request_changes(version_id=reworded.pk, by=edith, **WHY)
    third = sent("Pain is common [@orbach2005]. It is mild [@stiehm2013]. Rest.\n", after=factories.reread(reworded))
    assert [one.stands for one in open_objections(third)] == [True]
    assert approve(third, "ben", "cleo") == State.UNDER_REVIEW


def test_change_that_was_accepted_stays_accepted_in_the_versions_after(objected, reworded, ben, edith):
    factories.make_accepted(reworded, "ben")
    reviews.accept_changed_passage(comment_id=objected.pk, by=ben, now=NOW)
    reviews.request_changes(version_id=reworded.pk, by=edith, **WHY)
    third = sent("Pain is very rare [@orbach2005].\n", after=factories.reread(reworded))
    assert open_objections(third) == []


def test_author_who_approves_the_changed_words_accepts_the_change(objected, reworded, ada):
    review = factories.make_accepted(reworded)
    reviews.sign(review_id=review.pk, decision="approve", digest=reworded.digest, by=ada, now=NOW)
    accepted = AcceptedChange.objects.get()
    assert (accepted.comment, accepted.accepted_by, accepted.version) == (objected, ada, reworded)
    assert approve(reworded, "ben") == State.APPROVED


def test_changed_words_that_another_approves_are_still_objected_to(objected, reworded, ben):
    review = factories.make_accepted(reworded, "ben")
    reviews.sign(review_id=review.pk, decision="approve", digest=reworded.digest, by=ben, now=NOW)
    assert [one.source for one in open_objections(reworded)] == [objected]


def test_author_cannot_approve_the_words_objected_to(objected, second):
    with pytest.raises(Unacceptable) as refusal:
        factories.sign(factories.make_accepted(second))
    assert [fault.code for fault in refusal.value.faults] == ["own_blocking_comment"]


def test_objection_to_a_passage_or_to_the_whole_meets_the_next_version(policy):
    review = factories.make_accepted(sent())
    object_to(review, quote="common")
    object_to(review, quote="mild")
    whole = object_to(review, parent_id=None)
    factories.sign(review, "request_changes")
    version = sent(REWORDED, after=factories.reread(review.version))
    met = {one.before: one.stands for one in open_objections(version)}
    assert met == {"common": False, "mild": True, "": False}
    assert str(whole) == "The dose is lethal."


def test_objection_whose_claim_is_gone_has_nothing_beside_it(objected):
    version = sent("It is mild [@stiehm2013].\n", after=factories.reread(objected.version))
    (found,) = open_objections(version)
    assert (found.stands, found.claim, found.now) == (False, None, "")


def test_objection_made_later_stands_against_an_earlier_version_with_the_same_words(policy, wanda, edith):
    first = factories.reread(sent())
    approve(first, "ben", "cleo")
    later = sent(None, after=factories.reread(first))
    object_to(factories.make_accepted(later), index=0)
    object_to(Review.objects.get(member__user__username="ada"), quote="as version 2 says")
    assert [one.stands for one in open_objections(factories.reread(first))] == [True]


def test_approval_is_not_given_back_while_an_objection_to_its_words_is_open(policy, wanda, edith):
    first = factories.reread(sent())
    approve(first, "ben", "cleo")
    later = sent(None, after=factories.reread(first))
    blocking = object_to(factories.make_accepted(later))
    articles.suspend(version_id=first.pk, by=edith, **WHY)
    with pytest.raises(Conflict, match="Open objections to its words: 1"):
        reviews.reinstate(version_id=first.pk, by=edith, **WHY)
    reviews.resolve(comment_id=blocking.pk, by=blocking.author, now=NOW)
    assert reviews.reinstate(version_id=first.pk, by=edith, **WHY).state == State.APPROVED


# --- verdicts ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def contradicted(policy) -> ClaimCheck:
    review = factories.make_accepted(sent())
    found = check(review, claims_of(review.version)[0], "contradicts", note="It says the opposite.")
    factories.sign(review, "request_changes")
    return found


def test_negative_verdict_outlives_its_shelf_life(contradicted):
    second = sent(None, after=factories.reread(contradicted.review.version))
    late = NOW + timedelta(days=4000)
    assert "a ruling on" in " ".join(missing(second, now=late))


def test_negative_verdict_is_withdrawn_by_its_reviewer(contradicted, ada, ben):
    second = sent(None, after=factories.reread(contradicted.review.version))
    approve(second, "ben", "cleo")
    with pytest.raises(NotPermitted):
        reviews.withdraw_verdict(check_id=contradicted.pk, by=ben, now=NOW)
    ruling = reviews.withdraw_verdict(check_id=contradicted.pk, by=ada, now=NOW)
    assert (ruling.kind, ruling.reason) == (RulingKind.WITHDRAWN, "Withdrawn by its reviewer.")
    assert factories.reread(second).state == State.APPROVED
    with pytest.raises(InvalidTransition, match="nothing to withdraw"):
        reviews.withdraw_verdict(check_id=contradicted.pk, by=ada, now=NOW)


def test_verdict_at_work_is_not_withdrawn_but_given_anew(policy, ada):
    review = factories.make_accepted(sent())
    found = check(review, claims_of(review.version)[0], "contradicts")
    with pytest.raises(InvalidTransition, match="at the desk"):
        reviews.withdraw_verdict(check_id=found.pk, by=ada, now=NOW)


def test_reviewer_accepts_a_changed_claim(contradicted, ben):
    version = sent(REWORDED, after=factories.reread(contradicted.review.version))
    with pytest.raises(NotPermitted, match="at work"):
        reviews.accept_changed_claim(check_id=contradicted.pk, by=contradicted.review.member.user, now=NOW)
    factories.make_accepted(version, "ben")
    accepted = reviews.accept_changed_claim(check_id=contradicted.pk, by=ben, **WHY)
    assert str(accepted) == "change accepted: contradicts: Pain is common."
    with pytest.raises(Conflict, match="already"):
        reviews.accept_changed_claim(check_id=contradicted.pk, by=ben, now=NOW)


def test_unchanged_claim_cannot_be_accepted_as_changed(contradicted, ben):
    second = sent(None, after=factories.reread(contradicted.review.version))
    factories.make_accepted(second, "ben")
    with pytest.raises(Conflict, match="are unchanged"):
        reviews.accept_changed_claim(check_id=contradicted.pk, by=ben, now=NOW)


@pytest.mark.parametrize("username", ["walter", "cleo"])
def test_objections_out_of_sight_are_not_ended(contradicted, objected_elsewhere, username):
    user = factories.make_user(username)
    for act, which in (
        (reviews.withdraw_verdict, {"check_id": contradicted.pk}),
        (reviews.accept_changed_claim, {"check_id": contradicted.pk}),
        (reviews.accept_changed_passage, {"comment_id": objected_elsewhere.pk}),
    ):
        with pytest.raises(NotFound):
            act(by=user, now=NOW, **which)


@pytest.fixture
def objected_elsewhere(policy) -> Comment:
    return object_to(factories.make_accepted(sent(slug="elsewhere"), "ben"))


def test_unsigned_negative_verdict_of_a_reviewer_at_work_holds_the_approval(policy):
    version = sent()
    check(factories.make_accepted(version), claims_of(version)[0], "contradicts")
    assert approve(version, "ben", "cleo") == State.UNDER_REVIEW


def test_later_verdict_of_the_same_member_replaces_the_negative_one_once_it_is_signed(contradicted):
    second = sent(None, after=factories.reread(contradicted.review.version))
    mine = factories.make_accepted(second)
    check(mine, claims_of(second)[0], "supports")
    assert [one.source for one in open_objections(second)] == [contradicted]
    factories.sign(mine)
    assert open_objections(second) == []


# --- who reads them ---------------------------------------------------------------------------------------------------


def test_everybody_in_the_later_round_reads_the_objections_of_earlier_ones(objected, second, ben, wanda, edith):
    assert visible_objections(second, user=ben) == []
    factories.make_invitation(second, "ben")
    assert visible_objections(second, user=ben) == []
    reviews.accept(review_id=Review.objects.get(member__user=ben).pk, by=ben, now=NOW)
    for user in (ben, wanda, edith):
        assert [one.source for one in visible_objections(second, user=user)] == [objected]


def test_objections_of_the_same_round_stay_sealed(policy, ben):
    version = sent()
    object_to(factories.make_accepted(version))
    factories.make_accepted(version, "ben")
    assert visible_objections(version, user=ben) == []


def test_board_reads_how_and_why_an_objection_was_ended(policy, edith, ben, cleo):
    review = factories.make_accepted(sent())
    comment, found = object_to(review), check(review, claims_of(review.version)[1], "contradicts")
    factories.sign(review, "request_changes")
    reviews.resolve(comment_id=comment.pk, by=edith, **WHY)
    reviews.rule(check_id=found.pk, by=edith, **WHY)
    second = sent(None, after=factories.reread(review.version))
    factories.make_accepted(second, "ben")
    assert set(ended_objections(second, user=ben)) == {comment, found}
    assert ended_objections(second, user=cleo) == []


# --- the record -------------------------------------------------------------------------------------------------------


def test_ends_of_objections_are_held_against_the_ledger(contradicted, ada, ben):
    version = sent(REWORDED, after=factories.reread(contradicted.review.version))
    factories.make_accepted(version, "ben")
    reviews.accept_changed_claim(check_id=contradicted.pk, by=ben, now=NOW)
    reviews.withdraw_verdict(check_id=contradicted.pk, by=ada, now=NOW)
    assert not [*ledger.chain_breaks(), *verification.find_breaks()]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE reviews_acceptedchange SET reason = 'x'")
        cursor.execute("UPDATE reviews_ruling SET reason = 'x'")
        cursor.execute("SET session_replication_role = origin")
    assert [one.reason for one in verification.find_breaks()] == [
        f"ruling {Ruling.objects.get().pk} is not the one that was given",
        f"accepted_change {AcceptedChange.objects.get().pk} is not the one that was given",
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reviews_acceptedchange SET reason = 'x'",
        "DELETE FROM reviews_acceptedchange",
        "UPDATE reviews_comment SET resolution = 'answered' WHERE resolution = 'ruled'",
        "UPDATE reviews_comment SET resolution = 'ruled', resolution_reason = 'x' WHERE resolved_at IS NULL",
    ],
)
def test_postgresql_keeps_how_an_objection_ended(objected, reworded, ben, edith, statement):
    factories.make_accepted(reworded, "ben")
    reviews.accept_changed_passage(comment_id=objected.pk, by=ben, now=NOW)
    other = object_to(Review.objects.get(member__user=ben), text="And another.")
    object_to(other.review, text="Open.")
    reviews.resolve(comment_id=objected.pk, by=edith, **WHY)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_change_is_accepted_in_a_later_version_only(objected, ben):
    with pytest.raises(IntegrityError), transaction.atomic():
        AcceptedChange.objects.create(comment=objected, version=objected.version, accepted_by=ben, accepted_at=NOW)


APPROVE = """UPDATE articles_version SET state = 'approved', approved_at = %s, valid_until = now(),
             policy_id = (SELECT min(id) FROM editorial_editorialpolicy), reviewed_by = '[]' WHERE id = %s"""


def test_postgresql_refuses_to_approve_against_an_open_objection_of_an_earlier_round(objected, second):
    approve(second, "ben", "cleo")
    with pytest.raises(IntegrityError, match="1 open blocking comments"), connection.cursor() as cursor:
        cursor.execute(APPROVE, [NOW, second.pk])


def test_postgresql_gives_no_approval_back_against_an_open_objection(objected, second, ada, edith):
    """As an approval of before this law may meet one."""
    reviews.resolve(comment_id=objected.pk, by=ada, now=NOW)
    approve(second, "ben", "cleo")
    articles.suspend(version_id=second.pk, by=edith, **WHY)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE reviews_comment SET resolved_at = NULL, resolved_by_id = NULL, resolution = ''")
        cursor.execute("SET LOCAL session_replication_role = origin")
        with pytest.raises(IntegrityError, match="1 open blocking comments"):
            cursor.execute("UPDATE articles_version SET state = 'approved' WHERE id = %s", [second.pk])


def test_negative_verdicts_are_the_same_in_python_and_postgresql():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value FROM unnest(%s::text[]) AS value WHERE imprimatur_is_negative(value)", [Verdict.values]
        )
        assert {value for (value,) in cursor.fetchall()} == set(NEGATIVE)
