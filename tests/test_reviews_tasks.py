"""Rounds that a changed rule decides."""

import pytest
import time_machine

from articles import actions as articles
from articles.lifecycle import State
from editorial.models import RiskTier
from reviews.models import Decision
from reviews.tasks import settle_rounds
from tests import factories
from tests.factories import NOW


@pytest.fixture
def version(policy):
    """Signed by one of the two whom the policy asks for; the other is at work."""
    version = factories.make_submitted()
    factories.make_accepted(version, "ben")
    factories.sign(factories.make_accepted(version, "ada"))
    return version


def test_round_that_the_policy_is_not_satisfied_with_stays_open(version):
    assert settle_rounds() == 0
    assert factories.reread(version).state == State.UNDER_REVIEW


def test_round_is_decided_after_a_policy_that_asks_less(version):
    factories.make_policy(number=2, quorum=1)
    assert settle_rounds() == 1
    approved = factories.reread(version)
    assert (approved.state, approved.policy.number) == (State.APPROVED, 2)
    assert settle_rounds() == 0


def test_round_is_decided_after_a_classification_that_asks_less(version, edith):
    second = factories.make_policy(number=2, quorum=2, quorums={RiskTier.LOW: 1})
    assert settle_rounds() == 0
    lower = articles.Classification(risk=RiskTier.LOW)
    articles.classify(article_id=version.article_id, classification=lower, by=edith, now=NOW)
    assert settle_rounds() == 1
    assert factories.reread(version).policy == second


def test_round_in_which_somebody_asks_for_changes_is_not_approved(version):
    review = version.reviews.get(member__user__username="ben")
    factories.sign(review, Decision.REQUEST_CHANGES)
    assert settle_rounds() == 0
    assert factories.reread(version).state == State.CHANGES_REQUESTED


def test_round_without_a_policy_in_force_is_left_alone(version):
    with time_machine.travel("2019-01-01T00:00:00Z"):
        assert settle_rounds() == 0
