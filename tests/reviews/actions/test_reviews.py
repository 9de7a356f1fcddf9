"""The verbs of reviewing: what they refuse, and what they leave behind."""

from datetime import date, timedelta

import pytest
from django.db import connection

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Claim
from editorial.exceptions import (
    Conflict,
    InvalidTransition,
    NotFound,
    NotPermitted,
    PreconditionFailed,
    Unacceptable,
)
from editorial.http.etags import Expectation
from editorial.models import EditorialPolicy, User
from reviews import actions as reviews
from reviews.actions.comments_and_verdicts import Anchor
from reviews.lifecycle import Act
from reviews.lifecycle import State as ReviewState
from reviews.models import ClaimCheck, Comment, Decision, Review, Signature
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verbs import REVIEW_VERBS

WHY = {"now": NOW, "reason": "For the test."}


def codes(refusal: pytest.ExceptionInfo) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


def invite(version, username: str = "ada", **more: str) -> Review:
    member = factories.make_member(username)
    by = factories.make_user("edith", is_editor=True)
    return reviews.invite(version_id=version.pk, member_id=member.pk, by=by, now=NOW, **more)


@pytest.fixture
def version(policy):
    return factories.make_submitted()


@pytest.fixture
def interested(version):
    """Ada advises the maker of the product that the article is about."""
    product = factories.make_product()
    edith = factories.make_user("edith", is_editor=True)
    chosen = articles.Classification(products=[product.pk])
    articles.classify(article_id=version.article_id, classification=chosen, by=edith, now=NOW)
    return factories.make_disclosure(factories.make_member("ada"), company=product.manufacturer, product=product)


# --- inviting ---------------------------------------------------------------------------------------------------------


def test_invite_sets_the_dates_of_the_policy(version):
    review = invite(version, message="  Please.  ")
    assert (review.state, review.message) == (ReviewState.INVITED, "Please.")
    assert (review.respond_by, review.due_at) == (NOW + timedelta(days=7), NOW + timedelta(days=28))


def test_invite_twice_is_a_conflict_until_the_member_has_left(version, ada):
    review = invite(version)
    with pytest.raises(Conflict, match="already"):
        invite(version)
    reviews.decline(review_id=review.pk, by=ada, **WHY)
    assert invite(version).state == ReviewState.INVITED


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"term_to": date(2026, 3, 1)}, "not_in_office"),
        ({"term_from": date(2026, 3, 3)}, "not_in_office"),
        ({"licence_expires_on": date(2026, 3, 1)}, "no_licence"),
        ({"licence_expires_on": None}, "no_licence"),
    ],
)
def test_invite_is_refused_without_office_or_licence(version, fields, code):
    factories.make_member("dora", **fields)
    with pytest.raises(Unacceptable) as refusal:
        invite(version, "dora")
    assert codes(refusal) == [("/member", code)]
    assert refusal.value.code == code


def test_invite_a_deactivated_or_unknown_member_is_refused(version, edith, root, ada):
    ada.is_active = False
    ada.record(by=root, now=NOW)
    with pytest.raises(Unacceptable, match="not in office"):
        invite(version)
    with pytest.raises(Unacceptable) as refusal:
        reviews.invite(version_id=version.pk, member_id=999999, by=edith, now=NOW)
    assert codes(refusal) == [("/member", "unknown_member")]


def test_invite_is_refused_for_ones_own_article(version, wanda):
    factories.make_member("wanda")
    with pytest.raises(Unacceptable) as refusal:
        invite(version, "wanda")
    assert codes(refusal) == [("/member", "own_article")]


def test_invite_against_an_interest_needs_a_waiver_with_a_reason(version, interested, edith):
    for waiver in ("", "   "):
        with pytest.raises(Unacceptable) as refusal:
            invite(version, waiver=waiver)
        assert codes(refusal) == [("/member", "conflict_of_interest")]
    review = invite(version, waiver="Nobody else knows this disease.")
    assert (review.waiver, review.waived_by) == ("Nobody else knows this disease.", edith)
    accepted = reviews.accept(review_id=review.pk, by=review.member.user, now=NOW)
    assert factories.sign(accepted).state == ReviewState.SIGNED


def test_waiver_does_not_cover_an_interest_disclosed_later(version, interested, ada):
    review = invite(version, waiver="Nobody else knows this disease.")
    factories.make_disclosure(ada.board_member, company=interested.company, nature="shares")
    with pytest.raises(NotPermitted, match="shares"):
        reviews.accept(review_id=review.pk, by=ada, now=NOW)


def test_waiver_without_an_interest_is_refused(version, ada):
    with pytest.raises(Unacceptable) as refusal:
        invite(version, waiver="To be on the safe side.")
    assert codes(refusal) == [("/waiver", "nothing_to_waive")]


def test_invite_is_fine_when_the_interest_has_ended_or_is_in_another_company(version, interested, ada):
    interested.held_to = date(2026, 3, 1)
    interested.save()
    other = factories.make_product("Aspirin", "Bayer").manufacturer
    factories.make_disclosure(ada.board_member, company=other)
    assert invite(version).state == ReviewState.INVITED


def test_nothing_is_reviewed_before_a_policy_is_in_force(db, wanda):
    draft = factories.make_draft()
    with pytest.raises(InvalidTransition, match="No editorial policy"):
        articles.submit(version_id=draft.pk, by=wanda, now=NOW)
    assert EditorialPolicy.objects.in_force(at=NOW) is None


# --- answering --------------------------------------------------------------------------------------------------------


def test_first_acceptance_begins_the_review_as_the_system(version, ada):
    review = invite(version)
    later = NOW + timedelta(days=3)
    accepted = reviews.accept(review_id=review.pk, by=ada, now=later)
    begun = factories.reread(version)
    assert (begun.state, begun.under_review_at) == (State.UNDER_REVIEW, later)
    assert (accepted.accepted_at, accepted.due_at) == (later, later + timedelta(days=21))
    second = factories.make_accepted(version, "ben", now=later + timedelta(days=1))
    assert second.state == ReviewState.ACCEPTED
    assert factories.reread(version).under_review_at == later


def test_accept_and_sign_are_refused_once_an_interest_is_disclosed(version, ada, ben):
    invited, accepted = invite(version), factories.make_accepted(version, "ben")
    product = factories.make_product()
    edith = factories.make_user("edith")
    chosen = articles.Classification(products=[product.pk])
    articles.classify(article_id=version.article_id, classification=chosen, by=edith, now=NOW)
    for user in (ada, ben):
        factories.make_disclosure(user.board_member, company=product.manufacturer)
    with pytest.raises(NotPermitted) as refusal:
        reviews.accept(review_id=invited.pk, by=ada, now=NOW)
    assert refusal.value.code == "conflict_of_interest"
    with pytest.raises(NotPermitted, match="disclosed an interest"):
        factories.sign(accepted)
    assert reviews.recuse(review_id=accepted.pk, by=ben, **WHY).state == ReviewState.RECUSED


def test_accept_and_sign_are_refused_after_the_licence_expired(version, ada):
    factories.make_member("dora", licence_expires_on=date(2026, 3, 2))
    accepted = factories.make_accepted(version, "dora")
    with pytest.raises(NotPermitted) as refusal:
        factories.sign(accepted, now=NOW + timedelta(days=1))
    assert refusal.value.code == "no_licence"


def test_sign_is_refused_to_a_reviewer_who_wrote_in_the_article_meanwhile(version, ada, wanda):
    review = factories.make_accepted(version)
    ada.is_writer = ada.is_editor = True
    ada.save()
    draft = articles.revise(version_id=version.pk, by=ada, now=NOW)
    assert draft.created_by == ada
    with pytest.raises(NotPermitted, match="cannot review it"):
        factories.sign(review)


def test_accept_is_refused_when_the_round_is_over(policy, ada):
    review = factories.make_review_at(ReviewState.LAPSED)
    with pytest.raises(InvalidTransition, match="lapsed"):
        reviews.accept(review_id=review.pk, by=ada, now=NOW)


@pytest.mark.parametrize("verb", [reviews.decline, reviews.recuse, reviews.withdraw_signature])
def test_leaving_and_taking_back_need_a_reason(policy, ada, verb):
    at = ReviewState.SIGNED if verb is reviews.withdraw_signature else ReviewState.INVITED
    review = factories.make_review_at(at)
    with pytest.raises(Unacceptable) as refusal:
        verb(review_id=review.pk, reason=" ", by=ada, now=NOW)
    assert codes(refusal) == [("/reason", "required")]


def test_reviews_that_do_not_exist_are_out_of_sight(policy, ada):
    with pytest.raises(NotFound):
        reviews.accept(review_id=999999, by=ada, now=NOW)


def test_accept_is_refused_when_the_round_was_ended_behind_the_actions(policy, ada):
    review = factories.make_review_at(ReviewState.INVITED)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_version SET state = 'withdrawn' WHERE id = %s", [review.version_id])
    with pytest.raises(InvalidTransition, match="The version is withdrawn"):
        reviews.accept(review_id=review.pk, by=ada, now=NOW)


# --- signing ----------------------------------------------------------------------------------------------------------


def test_sign_prints_the_signer_as_they_were_that_day(policy, ada, edith):
    review = factories.make_review_at(ReviewState.SIGNED)
    ada.board_member.credentials = "MD, retired"
    ada.board_member.record(by=edith, now=NOW)
    signature = Signature.objects.get(review=review)
    assert (signature.name, signature.credentials, signature.signer) == ("Ada Example", "MD, PhD", ada)
    assert (signature.digest, signature.policy, signature.signed_at) == (review.version.digest, policy, NOW)
    assert "approve it for publication" in signature.meaning
    assert str(signature) == "Ada Example: approve"


def test_sign_over_another_text_is_a_conflict(policy, ada):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    with pytest.raises(Conflict, match="read it again") as refusal:
        reviews.sign(review_id=review.pk, decision="approve", digest="0" * 64, by=ada, now=NOW)
    assert refusal.value.code == "digest_mismatch"
    assert not Signature.objects.exists()


def test_sign_with_a_stale_expectation_fails_and_with_the_present_one_does_not(policy, ada):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    act = {"review_id": review.pk, "decision": "approve", "digest": review.version.digest, "by": ada, "now": NOW}
    with pytest.raises(PreconditionFailed):
        reviews.sign(**act, expected=Expectation(tags=frozenset({'"stale"'})))
    assert reviews.sign(**act, expected=Expectation(tags=frozenset({review.etag}))).decision == Decision.APPROVE


def test_sign_refuses_an_approval_against_ones_own_blocking_comment(policy, ada):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    remark = reviews.comment(review_id=review.pk, text="Wrong.", is_blocking=True, by=ada, now=NOW)
    act = {"review_id": review.pk, "decision": "approve", "digest": review.version.digest, "by": ada, "now": NOW}
    with pytest.raises(Unacceptable) as refusal:
        reviews.sign(**act)
    assert codes(refusal) == [("/decision", "own_blocking_comment")]
    reviews.resolve(comment_id=remark.pk, by=ada, now=NOW)
    assert factories.sign(review).state == ReviewState.SIGNED


def test_sign_refuses_a_request_for_changes_that_says_nothing(policy, ada):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    act = {"review_id": review.pk, "decision": "request_changes", "digest": review.version.digest}
    with pytest.raises(Unacceptable) as refusal:
        reviews.sign(**act, by=ada, now=NOW)
    assert codes(refusal) == [("/statement", "required")]
    reviews.comment(review_id=review.pk, text="The dose.", by=ada, now=NOW)
    assert reviews.sign(**act, by=ada, now=NOW).decision == Decision.REQUEST_CHANGES


def test_signature_is_not_taken_back_after_the_round_is_decided(policy, ada):
    version = factories.make_approved()
    review = Review.objects.get(version=version, member__user=ada)
    with pytest.raises(InvalidTransition, match="The version is approved"):
        reviews.withdraw_signature(review_id=review.pk, by=ada, **WHY)


# --- ending a round ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [reviews.request_changes, reviews.reject])
def test_closing_a_round_needs_a_reason(policy, edith, verb):
    version = factories.make_version_at(State.UNDER_REVIEW)
    with pytest.raises(Unacceptable) as refusal:
        verb(version_id=version.pk, reason=" ", by=edith, now=NOW)
    assert codes(refusal) == [("/reason", "required")]


def test_withdrawing_needs_no_reason(policy, wanda):
    version = factories.make_version_at(State.UNDER_REVIEW)
    assert reviews.withdraw(version_id=version.pk, by=wanda, now=NOW).state == State.WITHDRAWN


# --- working ----------------------------------------------------------------------------------------------------------


def test_comment_keeps_its_anchor_and_is_answered_by_who_can_see_it(policy, ada, ben):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    other = factories.make_accepted(review.version, "ben")
    claim = Claim.objects.order_by("pk")[0]
    anchor = Anchor(claim_id=claim.pk, quote="back pain")
    first = reviews.comment(review_id=review.pk, text="Since when?", anchor=anchor, by=ada, now=NOW)
    answer = reviews.comment(
        review_id=review.pk, text="2005.", anchor=Anchor(parent_id=first.pk), is_blocking=False, by=ada, now=NOW
    )
    assert (first.claim, first.quote, answer.parent, str(answer)) == (claim, "back pain", first, "2005.")
    with pytest.raises(Unacceptable) as refusal:
        reviews.comment(review_id=other.pk, text="?", anchor=Anchor(parent_id=first.pk), by=ben, now=NOW)
    assert codes(refusal) == [("/parent", "unknown_comment")]


def test_comment_and_check_on_a_claim_of_another_version_are_refused(policy, ada):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    stranger = Claim.objects.filter(rendition__version=factories.make_submitted("another"))[0]
    with pytest.raises(Unacceptable) as refusal:
        reviews.comment(review_id=review.pk, text="?", anchor=Anchor(claim_id=stranger.pk), by=ada, now=NOW)
    assert codes(refusal) == [("/claim", "unknown_claim")]
    mine = Claim.objects.filter(rendition__version=review.version).order_by("pk")[0]
    other = factories.make_reference("never-cited2020")
    with pytest.raises(Unacceptable) as refusal:
        reviews.check_claim(
            review_id=review.pk, claim_id=mine.pk, reference_id=other.pk, verdict="supports", by=ada, now=NOW
        )
    assert codes(refusal) == [("/reference", "not_cited")]


def test_check_claim_again_replaces_the_verdict_with_history(policy, ada):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    claim = Claim.objects.order_by("pk")[0]
    work = claim.references.order_by("pk")[0]
    act = {"review_id": review.pk, "claim_id": claim.pk, "reference_id": work.pk, "by": ada, "now": NOW}
    reviews.check_claim(**act, verdict="could_not_check")
    check = reviews.check_claim(**act, verdict="partly", locator="p. 3", note="Only in adults.")
    assert ClaimCheck.objects.get() == check
    assert list(check.history.order_by("history_id").values_list("verdict", flat=True)) == ["could_not_check", "partly"]
    assert str(check).startswith("partly supports: ")


def test_resolve_is_for_the_author_and_for_editors_once_they_see_it(policy, ada, ben, edith):
    review = factories.make_review_at(ReviewState.ACCEPTED)
    factories.sign(factories.make_accepted(review.version, "ben"))
    remark = reviews.comment(review_id=review.pk, text="Hm.", by=ada, now=NOW)
    for user in (edith, ben):
        with pytest.raises(NotFound):
            reviews.resolve(comment_id=remark.pk, by=user, now=NOW)
    factories.sign(review)
    with pytest.raises(NotPermitted):
        reviews.resolve(comment_id=remark.pk, by=ben, now=NOW)
    resolved = reviews.resolve(comment_id=remark.pk, by=edith, now=NOW)
    assert (resolved.resolved_at, resolved.resolved_by) == (NOW, edith)
    with pytest.raises(InvalidTransition, match="already"):
        reviews.resolve(comment_id=remark.pk, by=edith, now=NOW)


# --- who sees what ----------------------------------------------------------------------------------------------------


def seen_by(user: User) -> tuple[int, int]:
    """Comments and signatures that ``user`` sees."""
    return Comment.objects.visible_to(user).count(), Signature.objects.visible_to(user).count()


def test_reviewers_see_nothing_of_each_other_before_they_sign(policy, ada, ben, cleo, wanda, edith, walter):
    factories.make_policy(number=2, quorum=3)
    version = factories.make_submitted()
    mine, other = factories.make_accepted(version), factories.make_accepted(version, "ben")
    reviews.comment(review_id=mine.pk, text="Hm.", by=ada, now=NOW)
    assert [seen_by(user) for user in (ada, ben, edith, wanda)] == [(1, 0), (0, 0), (0, 0), (0, 0)]
    factories.sign(mine)
    assert [seen_by(user) for user in (ada, ben, edith, wanda)] == [(1, 1), (0, 0), (1, 1), (1, 1)]
    factories.sign(other)
    assert [seen_by(user) for user in (ada, ben, cleo, walter)] == [(1, 2), (1, 2), (0, 0), (0, 0)]


def test_reviewer_who_is_also_an_editor_sees_nothing_before_signing(policy, ada, ben):
    ben.is_editor = True
    ben.save()
    version = factories.make_submitted()
    mine, other = factories.make_accepted(version), factories.make_invitation(version, "ben")
    reviews.comment(review_id=mine.pk, text="Hm.", by=ada, now=NOW)
    REVIEW_VERBS[Act.CHECK_CLAIM](mine, ada)
    factories.sign(mine)
    assert seen_by(ben) == (0, 0)
    assert not ClaimCheck.objects.visible_to(ben).exists()
    assert ClaimCheck.objects.visible_to(ada).exists()
    reviews.accept(review_id=other.pk, by=ben, now=NOW)
    assert seen_by(ben) == (0, 0)
    factories.sign(other)
    assert seen_by(ben) == (1, 2)


def test_withdrawn_signature_is_seen_by_its_signer_and_once_signed_again_by_record_readers(policy, ada, edith, wanda):
    review = factories.make_review_at(ReviewState.SIGNED)
    reviews.withdraw_signature(review_id=review.pk, by=ada, **WHY)
    assert str(Signature.objects.get().withdrawal) == "withdrawn: Ada Example: approve"
    assert [seen_by(user)[1] for user in (ada, edith, wanda)] == [1, 0, 0]
    factories.sign(review)
    assert [seen_by(user)[1] for user in (ada, edith, wanda)] == [2, 2, 1]


def test_overdue_reviews_are_those_past_their_answer_or_due_date(policy):
    invited = factories.make_review_at(ReviewState.INVITED)
    overdue = Review.objects.overdue
    assert not overdue(at=invited.respond_by - timedelta(seconds=1)).exists()
    assert overdue(at=invited.respond_by).get() == invited
    accepted = reviews.accept(review_id=invited.pk, by=invited.member.user, now=NOW)
    assert not overdue(at=accepted.due_at - timedelta(seconds=1)).exists()
    assert overdue(at=accepted.due_at).get() == accepted
    assert str(accepted) == "Ada Example on ivig-back-pain, version 1"
