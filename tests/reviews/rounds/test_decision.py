"""When a round is decided, by what, and with which consequences."""

from datetime import timedelta

import pytest

from articles import actions as articles
from articles.lifecycle import State
from articles.models import Claim, Version
from articles.requirements import required
from editorial.exceptions import InvalidTransition
from editorial.models import EditorialPolicy, LedgerEntry, RiskTier, User
from reviews import actions as reviews
from reviews.lifecycle import State as ReviewState
from reviews.models import Decision, Review, Signature
from reviews.rounds.decision import tally_round
from tests.support import factories, verdicts
from tests.support.factories import NOW

WHY = {"now": NOW, "reason": "For the test."}


def missing(version: Version) -> list[str]:
    return tally_round(version, requirements=required(version, at=NOW), now=NOW).missing


def state_of(version: Version) -> str:
    return factories.reread(version).state


def check_all_claims(review: Review, *, but: int = 0) -> None:
    for claim in Claim.objects.filter(rendition__version=review.version).order_by("pk")[but:]:
        for work in claim.references.order_by("pk"):
            verdicts.check(review, claim, work=work)


def test_quorum_decides_with_the_last_signature_and_not_before(policy):
    version = factories.make_submitted()
    both = [factories.make_accepted(version, name) for name in ("ada", "ben")]
    assert missing(version) == ["2 more approving signatures"]
    factories.sign(both[0])
    assert (state_of(version), missing(version)) == (State.UNDER_REVIEW, ["1 more approving signature"])
    factories.sign(both[1], now=NOW + timedelta(hours=1))
    approved = factories.reread(version)
    assert (approved.state, approved.approved_at, approved.policy) == (State.APPROVED, NOW + timedelta(hours=1), policy)
    assert [(by["name"], by["credentials"]) for by in approved.reviewed_by] == [
        ("Ada Example", "MD, PhD"),
        ("Ben Example", "MD, PhD"),
    ]
    assert LedgerEntry.objects.get(action="approve").actor == User.objects.system()


def test_required_specialty_holds_the_approval_until_it_signs(db):
    factories.make_specialty("neurology")
    factories.make_policy(quorum=1, required_specialties=["neurology"])
    version = factories.make_submitted()
    factories.sign(factories.make_accepted(version))
    assert (state_of(version), missing(version)) == (State.UNDER_REVIEW, ["an approval from neurology"])
    factories.make_member("ben", specialties=["neurology", "immunology"])
    factories.sign(factories.make_accepted(version, "ben"))
    assert state_of(version) == State.APPROVED


def test_blocking_comment_of_another_reviewer_holds_the_approval_until_resolved(db, ada):
    factories.make_policy(quorum=1)
    version = factories.make_submitted()
    mine, other = factories.make_accepted(version), factories.make_accepted(version, "ben")
    two = [reviews.comment(review_id=mine.pk, text="Wrong dose.", is_blocking=True, by=ada, now=NOW) for _ in range(2)]
    factories.sign(other)
    assert missing(version) == ["resolution of 2 blocking comments"]
    reviews.resolve(comment_id=two[0].pk, by=ada, now=NOW)
    assert (state_of(version), missing(version)) == (State.UNDER_REVIEW, ["resolution of 1 blocking comment"])
    reviews.resolve(comment_id=two[1].pk, by=ada, now=NOW)
    assert state_of(version) == State.APPROVED
    assert Review.objects.get(pk=mine.pk).state == ReviewState.LAPSED


def test_request_for_changes_waits_for_those_at_work(policy):
    version = factories.make_submitted()
    first, second = (factories.make_accepted(version, name) for name in ("ada", "ben"))
    idle = factories.make_invitation(version, "cleo")
    factories.sign(first, Decision.REQUEST_CHANGES)
    assert state_of(version) == State.UNDER_REVIEW
    assert "agreement: a reviewer asks for changes" in missing(version)
    factories.sign(second)
    assert state_of(version) == State.CHANGES_REQUESTED
    assert Review.objects.get(pk=idle.pk).state == ReviewState.LAPSED


@pytest.mark.parametrize("leave", ["decline", "recuse", "cancel"])
def test_reviewer_leaving_decides_what_only_they_held_up(policy, edith, leave):
    version = factories.make_submitted()
    first, last = (factories.make_accepted(version, name) for name in ("ada", "ben"))
    factories.sign(first, Decision.REQUEST_CHANGES)
    by = edith if leave == "cancel" else last.member.user
    getattr(reviews, leave)(review_id=last.pk, by=by, **WHY)
    assert state_of(version) == State.CHANGES_REQUESTED


def test_claim_checks_hold_the_approval_when_the_policy_asks_for_them(db):
    factories.make_policy(quorum=1, claim_checks="one")
    version = factories.make_submitted()
    first, second = (factories.make_accepted(version, name) for name in ("ada", "ben"))
    check_all_claims(first, but=1)
    factories.sign(first)
    assert missing(version) == ["a verdict on 1 claim"]
    check_all_claims(second)
    assert missing(version) == ["a verdict on 1 claim"]  # a check counts once its reviewer has signed
    factories.sign(second)
    assert state_of(version) == State.APPROVED


def test_policy_in_force_at_the_deciding_moment_counts(policy):
    version = factories.make_submitted()
    factories.sign(factories.make_accepted(version))
    last = factories.make_accepted(version, "ben")
    factories.make_policy(number=2, quorum=3, in_force_from=NOW + timedelta(days=1))
    factories.sign(last, now=NOW + timedelta(days=2))
    assert state_of(version) == State.UNDER_REVIEW
    stricter = factories.make_accepted(version, "cleo", now=NOW + timedelta(days=2))
    factories.sign(stricter, now=NOW + timedelta(days=2))
    assert (state_of(version), factories.reread(version).policy.number) == (State.APPROVED, 2)


def test_withdrawn_signature_does_not_count_and_a_second_one_does(policy, ada):
    version = factories.make_submitted()
    first = factories.sign(factories.make_accepted(version))
    reviews.withdraw_signature(review_id=first.pk, by=ada, **WHY)
    factories.sign(factories.make_accepted(version, "ben"))
    assert state_of(version) == State.UNDER_REVIEW
    factories.sign(first)
    assert state_of(version) == State.APPROVED
    assert Signature.objects.filter(review=first).count() == 2
    assert len(factories.reread(version).reviewed_by) == 2


def test_mind_changed_from_changes_to_approval_lets_the_text_through(policy, ada):
    version = factories.make_submitted()
    last = factories.make_accepted(version, "ben")
    first = factories.sign(factories.make_accepted(version), Decision.REQUEST_CHANGES)
    reviews.withdraw_signature(review_id=first.pk, by=ada, **WHY)
    factories.sign(first)
    factories.sign(last)
    assert state_of(version) == State.APPROVED


def test_newer_approval_supersedes_the_older_one_in_the_same_moment(policy, wanda):
    version = factories.make_version_at(State.SUPERSEDED)
    newer = Version.objects.get(number=2)
    assert newer.state == State.APPROVED
    told = list(LedgerEntry.objects.filter(action__in=["supersede", "approve"]).order_by("pk").values_list("action"))
    assert told == [("approve",), ("supersede",), ("approve",)]
    assert version.state_reason == "version 2 was approved"


@pytest.mark.parametrize(("risk", "days"), [("low", 730), ("moderate", 365), ("high", 90)])
def test_shelf_life_of_an_approval_is_that_of_the_risk_tier(db, edith, risk, days):
    policy = EditorialPolicy.objects.create(number=1, title="Policy", text="?")
    for tier, life in zip(RiskTier, (730, 365, 90), strict=True):
        policy.rules.create(risk=tier, quorum=2, shelf_life_days=life)
    factories.publish_policy(policy_id=policy.pk, by=edith, now=NOW)
    factories.make_draft(classification=articles.Classification(risk=risk))
    version = articles.submit(version_id=Version.objects.get().pk, by=factories.make_user("wanda"), now=NOW)
    approved = factories.approve(version)
    assert approved.valid_until == NOW + timedelta(days=days)
    assert approved.is_validly_approved(at=approved.valid_until - timedelta(microseconds=1))
    assert not approved.is_validly_approved(at=approved.valid_until)


def test_open_reviews_lapse_as_the_act_of_the_system_when_a_round_ends(policy, edith):
    version = factories.make_submitted()
    open_ones = [factories.make_accepted(version), factories.make_invitation(version, "ben")]
    reviews.reject(version_id=version.pk, by=edith, **WHY)
    for review in open_ones:
        last = Review.history.filter(id=review.pk).latest("history_id")
        assert (last.state, last.history_user) == (ReviewState.LAPSED, User.objects.system())
        assert last.state_reason == "The round ended: rejected."
    assert not LedgerEntry.objects.filter(action="review.lapse").exclude(actor=User.objects.system()).exists()


def test_reinstate_is_refused_when_a_newer_version_was_approved(policy, wanda, edith):
    version = factories.make_version_at(State.SUSPENDED)
    newer = articles.revise(version_id=version.pk, by=wanda, now=NOW)
    factories.approve(articles.submit(version_id=newer.pk, by=wanda, now=NOW))
    with pytest.raises(InvalidTransition, match="was approved meanwhile"):
        articles.reinstate(version_id=version.pk, by=edith, **WHY)
    assert state_of(version) == State.SUSPENDED


def test_reinstated_approval_keeps_its_shelf_life(policy, edith):
    version = factories.make_version_at(State.SUSPENDED)
    assert not version.is_validly_approved(at=NOW)
    reinstated = articles.reinstate(version_id=version.pk, by=edith, **WHY)
    assert reinstated.valid_until == version.valid_until
    assert reinstated.is_validly_approved(at=NOW)
