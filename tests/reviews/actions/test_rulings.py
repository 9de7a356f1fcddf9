"""An editor lets a claim stand against a verdict: who may, when, and what follows from it."""

import pytest

from articles.lifecycle import State
from editorial.exceptions import InvalidTransition, NotFound, NotPermitted, Unacceptable
from editorial.models import LedgerEntry, Notice
from reviews import actions as reviews
from reviews.models import ClaimCheck, Review, Ruling
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verdicts import check, claims_of, missing, sent, signed

WHY = {"now": NOW, "reason": " The trial was small. "}
REFUTED = "a ruling on, or another wording of, 1 claim that a reviewer found not supported"


def refute(review: Review, verdict: str = "contradicts") -> ClaimCheck:
    return check(review, claims_of(review.version)[0], verdict)


@pytest.fixture
def contested(db) -> ClaimCheck:
    """Ada asks for changes because of one claim; Ben, still at work, holds the round open."""
    factories.make_policy(quorum=1)
    version = sent()
    factories.make_accepted(version, "ben")
    review = factories.make_accepted(version)
    found = refute(review)
    factories.sign(review, "request_changes")
    return found


def codes(refusal) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


# --- what a negative verdict does -------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", ["does_not_support", "contradicts"])
def test_approval_against_ones_own_negative_verdict_is_refused(policy, verdict):
    review = factories.make_accepted(sent())
    refute(review, verdict)
    with pytest.raises(Unacceptable) as refusal:
        reviews.sign(
            review_id=review.pk,
            decision="approve",
            digest=review.version.digest,
            by=review.member.user,
            now=NOW,
        )
    assert codes(refusal) == [("/decision", "own_blocking_verdict")]
    refute(review, "partly")
    assert factories.sign(review).state == "signed"


def test_approval_against_ones_own_negative_verdict_of_an_earlier_version_is_refused(policy, edith):
    version = sent()
    signed(version, verdict="contradicts", decision="request_changes")
    review = factories.make_accepted(sent(None, after=factories.reread(version)))
    with pytest.raises(Unacceptable, match="verdict of yours"):
        factories.sign(review)
    for found in ClaimCheck.objects.order_by("pk"):
        reviews.rule(check_id=found.pk, by=edith, **WHY)
    assert factories.sign(review).state == "signed"


def test_negative_verdict_blocks_whatever_the_policy_asks_until_an_editor_rules_on_it(db, edith):
    factories.make_policy(quorum=1, claim_checks="none")
    first = sent()
    found = refute(factories.make_accepted(first))
    factories.sign(found.review, "request_changes")
    second = sent(None, after=factories.reread(first))
    factories.sign(factories.make_accepted(second, "ben"))
    assert (factories.reread(second).state, missing(second)) == (State.UNDER_REVIEW, [REFUTED])
    reviews.rule(check_id=found.pk, by=edith, **WHY)
    assert factories.reread(second).state == State.APPROVED


def test_claim_that_changed_is_blocked_until_a_reviewer_accepts_the_change(policy, ben):
    first = sent()
    found = refute(factories.make_accepted(first))
    factories.sign(found.review, "request_changes")
    second = sent("Pain may be common [@orbach2005]. It is mild [@stiehm2013].\n", after=factories.reread(first))
    factories.make_accepted(second, "ben")
    answered = "a reviewer's word that the changed text answers 1 objection of an earlier round"
    assert missing(second) == ["2 more approving signatures", answered]
    reviews.accept_changed_claim(check_id=found.pk, by=ben, now=NOW)
    assert missing(second) == ["2 more approving signatures"]


# --- the ruling -------------------------------------------------------------------------------------------------------


def test_ruling_is_kept_told_to_the_ledger_and_to_the_reviewer_and_the_writers(contested, edith, ada, wanda):
    ruling = reviews.rule(check_id=contested.pk, by=edith, **WHY)
    assert (ruling.reason, ruling.verdict, ruling.ruled_by) == ("The trial was small.", "contradicts", edith)
    assert str(ruling) == "ruled on by an editor: contradicts: Pain is common."
    told = LedgerEntry.objects.get(action="review.rule")
    assert (told.actor, told.payload["check"], told.payload["reason"]) == (edith, contested.pk, ruling.reason)
    notices = Notice.objects.filter(kind="verdict_ruled_on").order_by("pk")
    assert [notice.recipient for notice in notices] == [ada, wanda]
    assert "a ruling on" not in " ".join(missing(contested.review.version))


def test_two_rulings_in_one_review_are_two_notices(policy, edith, ada):
    review = signed(sent(), verdict="does_not_support", decision="request_changes")
    for found in review.claim_checks.order_by("pk"):
        reviews.rule(check_id=found.pk, by=edith, **WHY)
    assert Notice.objects.filter(kind="verdict_ruled_on", recipient=ada).count() == 2


@pytest.mark.parametrize("reason", ["", "  "])
def test_ruling_without_a_reason_is_refused(contested, edith, reason):
    with pytest.raises(Unacceptable) as refusal:
        reviews.rule(check_id=contested.pk, reason=reason, by=edith, now=NOW)
    assert codes(refusal) == [("/reason", "required")]


def test_ruling_twice_or_on_what_blocks_nothing_is_refused(contested, edith):
    reviews.rule(check_id=contested.pk, by=edith, **WHY)
    with pytest.raises(InvalidTransition, match="already"):
        reviews.rule(check_id=contested.pk, by=edith, **WHY)
    fine = signed(sent(slug="another"), "cleo")
    with pytest.raises(InvalidTransition, match="nothing to rule on"):
        reviews.rule(check_id=fine.claim_checks.order_by("pk")[0].pk, by=edith, **WHY)
    assert Ruling.objects.count() == 1


@pytest.mark.parametrize("username", ["wanda", "root", "ada"])
def test_ruling_by_anybody_but_an_editor_is_not_permitted(contested, wanda, root, ada, username):
    with pytest.raises(NotPermitted, match="Only editors"):
        reviews.rule(check_id=contested.pk, by=factories.make_user(username), **WHY)


@pytest.mark.parametrize("username", ["walter", "cleo", "ben"])
def test_ruling_on_what_is_out_of_sight_finds_nothing(contested, walter, cleo, username):
    with pytest.raises(NotFound):
        reviews.rule(check_id=contested.pk, by=factories.make_user(username), **WHY)


def test_ruling_on_an_unsigned_or_unknown_verdict_finds_nothing(policy, edith):
    found = refute(factories.make_accepted(sent()))
    for check_id in (found.pk, found.pk + 1):
        with pytest.raises(NotFound):
            reviews.rule(check_id=check_id, by=edith, **WHY)


def make_editor(username: str):
    user = factories.make_user(username)
    user.is_editor = True
    user.save()
    return user


def test_editor_who_still_owes_a_review_of_the_version_sees_nothing(contested):
    with pytest.raises(NotFound):
        reviews.rule(check_id=contested.pk, by=make_editor("ben"), **WHY)


def test_editor_who_owes_a_review_of_the_next_version_does_not_rule_on_what_is_carried_over_to_it(contested, edith):
    reviews.request_changes(version_id=contested.review.version_id, by=edith, **WHY)
    factories.make_accepted(sent(None, after=contested.review.version), "cleo")
    with pytest.raises(NotPermitted, match="another editor"):
        reviews.rule(check_id=contested.pk, by=make_editor("cleo"), **WHY)


def test_nobody_rules_on_a_verdict_of_their_own(contested):
    with pytest.raises(NotPermitted, match="cannot rule on their own"):
        reviews.rule(check_id=contested.pk, by=make_editor("ada"), **WHY)


def test_ruling_does_not_hold_for_a_later_verdict(contested, edith, ada):
    reviews.rule(check_id=contested.pk, by=edith, **WHY)
    reviews.withdraw_signature(review_id=contested.review_id, by=ada, **WHY)
    refute(contested.review, "does_not_support")
    factories.sign(contested.review, "request_changes")
    assert REFUTED in missing(contested.review.version)
    reviews.rule(check_id=contested.pk, by=edith, **WHY)
    assert REFUTED not in missing(contested.review.version)
    assert Ruling.objects.count() == 2


def test_approval_after_the_ruling_on_ones_own_verdict_is_possible(contested, edith, ada):
    reviews.rule(check_id=contested.pk, by=edith, **WHY)
    reviews.withdraw_signature(review_id=contested.review_id, by=ada, **WHY)
    factories.sign(contested.review)
    assert factories.reread(contested.review.version).state == State.APPROVED
