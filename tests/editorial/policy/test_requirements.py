"""A round is judged by the strictest of the rules that it was submitted under and those since."""

import importlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from articles import actions as articles
from articles import verification
from articles.lifecycle import State
from articles.models import Reference, Version
from articles.requirements import required
from articles.transitions import lock
from editorial.exceptions import Conflict, InvalidTransition, NotPermitted, Unacceptable
from editorial.models import RiskTier, User
from editorial.record import seals
from reviews import actions as reviews
from reviews.models import Decision
from reviews.rounds.decision import decide_if_complete
from reviews.rounds.reviewer_suggestions import choose_reviewers
from reviews.signing.sign_page import signing_effects
from tests.admin.test_flow import do
from tests.laws.test_laws import refused
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verdicts import missing

LATER = NOW + timedelta(days=1)


@pytest.fixture
def version(policy):
    """Signed by one of the two whom the policy asks for; the other is at work."""
    version = factories.make_submitted()
    factories.make_accepted(version, "ben")
    factories.sign(factories.make_accepted(version, "ada"))
    return version


def state_of(version: Version) -> str:
    return factories.reread(version).state


def classify(version: Version, risk: str, *, by: User, reason: str = "", now: datetime = NOW) -> None:
    wanted = articles.Classification(risk=risk)
    articles.classify(article_id=version.article_id, classification=wanted, by=by, now=now, reason=reason)


def test_policy_with_a_smaller_quorum_lowers_no_running_round(version):
    factories.make_policy(number=2, quorum=1)
    assert missing(version) == ["1 more approving signature"]
    factories.sign(version.reviews.get(member__user__username="ben"))
    approved = factories.reread(version)
    assert (approved.state, approved.policy.number) == (State.APPROVED, 2)


def test_policy_that_asked_more_in_between_still_counts(version):
    factories.make_policy(number=2, quorum=3)
    factories.make_policy(number=3, quorum=1)
    assert required(factories.reread(version), at=NOW).quorum == 3


def test_strictest_of_each_respect_counts(db):
    for code in ("immunology", "neurology"):
        factories.make_specialty(code)
    factories.make_policy(quorum=3, required_specialties=["neurology"], shelf_life_days=100, claim_checks="every")
    version = factories.make_submitted()
    factories.make_policy(number=2, quorum=1, required_specialties=["immunology"], shelf_life_days=200)
    asked = required(version, at=NOW)
    assert (asked.quorum, asked.required_specialties) == (3, ("immunology", "neurology"))
    assert (asked.claim_checks, asked.shelf_life) == ("every", timedelta(days=100))
    assert asked.policy.number == 2


def test_approval_lapses_by_the_shortest_shelf_life(db):
    factories.make_policy(shelf_life_days=10)
    version = factories.make_submitted()
    factories.make_policy(number=2, shelf_life_days=300)
    assert factories.approve(version).valid_until == NOW + timedelta(days=10)


def test_postgresql_refuses_an_approval_that_satisfies_the_policy_in_force_only(version):
    factories.make_policy(number=2, quorum=1)
    approve = (
        "UPDATE articles_version SET state = 'approved', approved_at = %s, valid_until = %s, reviewed_by = '[]',"
        " policy_id = (SELECT max(id) FROM editorial_editorialpolicy) WHERE id = %s"
    )
    assert refused(approve, NOW, LATER, version.pk)
    factories.make_accepted(version, "cleo")
    ben = version.reviews.get(member__user__username="ben")
    reviews.decline(review_id=ben.pk, reason="No time.", by=ben.member.user, now=NOW)
    assert refused(approve, NOW, LATER, version.pk)


def test_postgresql_refuses_an_approval_for_longer_than_the_shortest_shelf_life(version):
    longer = "UPDATE articles_version SET valid_until = valid_until + interval '1 second' WHERE id = %s"
    factories.sign(version.reviews.get(member__user__username="ben"))
    assert refused(longer, version.pk)


def test_postgresql_takes_no_rule_from_a_version_that_was_submitted(version):
    assert refused("UPDATE articles_version SET tiers = '{low}' WHERE id = %s", version.pk)
    assert refused("UPDATE articles_version SET tiers = '{}' WHERE id = %s", version.pk)
    assert refused("UPDATE articles_version SET opened_policy_id = NULL WHERE id = %s", version.pk)
    assert not refused("UPDATE articles_version SET tiers = '{moderate,high}' WHERE id = %s", version.pk)
    factories.sign(version.reviews.get(member__user__username="ben"))
    assert refused("UPDATE articles_version SET tiers = '{moderate,high}' WHERE id = %s", version.pk)


def test_raised_risk_counts_at_once_in_the_running_round(db, edith):
    factories.make_policy(quorum=1, quorums={RiskTier.HIGH: 2})
    version = factories.make_submitted()
    review = factories.make_accepted(version)
    classify(version, RiskTier.HIGH, by=edith)
    factories.sign(review)
    assert missing(version) == ["1 more approving signature"]
    assert factories.reread(version).tiers == ["high", "moderate"]
    assert not list(verification.version_breaks())
    factories.make_member("ben")
    choice = choose_reviewers(version, requirements=required(factories.reread(version), at=NOW), at=NOW)
    assert [one.member.user.username for one in choice.chosen] == ["ben"]


def test_lowering_the_risk_during_a_review_is_nothing_that_one_editor_does(version, edith):
    with pytest.raises(Conflict) as refusal:
        classify(version, RiskTier.LOW, by=edith, reason="It is harmless.")
    assert refusal.value.code == "needs_second_person"
    assert "low risk instead of moderate" in refusal.value.detail
    assert factories.reread(version).article.risk == RiskTier.MODERATE


def test_lowering_outside_a_review_needs_a_reason(policy, edith):
    version = factories.make_approved()
    with pytest.raises(Unacceptable) as refusal:
        classify(version, RiskTier.LOW, by=edith)
    assert [fault.pointer for fault in refusal.value.faults] == ["/reason"]
    classify(version, RiskTier.LOW, by=edith, reason="The study was read again.")
    assert factories.reread(version).article.risk == RiskTier.LOW


@pytest.mark.parametrize("leave", ["decline", "recuse", "cancel", "lapse"])
def test_reviewer_who_leaves_approves_nothing(policy, edith, leave):
    """All signed while a cited work counted as retracted. It does not any more, and nobody decided since."""
    version = factories.make_submitted()
    mark(Reference.objects.get(key="orbach2005"), "retracted")
    for name in ("ada", "ben"):
        factories.sign(factories.make_accepted(version, name))
    cleo = factories.make_accepted(version, "cleo")
    mark(Reference.objects.get(key="orbach2005"), "clear")
    acts = {
        "decline": lambda: reviews.decline(review_id=cleo.pk, reason="No time.", by=cleo.member.user, now=NOW),
        "recuse": lambda: reviews.recuse(review_id=cleo.pk, reason="Shares.", by=cleo.member.user, now=NOW),
        "cancel": lambda: reviews.cancel(review_id=cleo.pk, by=edith, now=NOW),
        "lapse": lambda: reviews.lapse(review_id=cleo.pk, by=User.objects.system(), now=NOW + timedelta(days=99)),
    }
    acts[leave]()
    assert (state_of(version), missing(version)) == (State.UNDER_REVIEW, [])
    assert reviews.decide_round(version_id=version.pk, by=edith, now=NOW).state == State.APPROVED


def mark(work: Reference, retraction: str) -> None:
    work.retraction, work.retraction_as_of = retraction, NOW.date()
    work.record(by=User.objects.system(), now=NOW)


def test_reviewer_who_leaves_last_ends_a_round_that_is_asked_for_changes(version, edith):
    factories.sign(factories.make_accepted(version, "cleo"), Decision.REQUEST_CHANGES)
    ben = version.reviews.get(member__user__username="ben")
    reviews.cancel(review_id=ben.pk, by=edith, now=NOW)
    assert state_of(version) == State.CHANGES_REQUESTED


def test_round_that_lacks_something_is_not_decided_by_an_editor(version, edith, wanda):
    with pytest.raises(Conflict, match="It still needs 1 more approving signature"):
        reviews.decide_round(version_id=version.pk, by=edith, now=NOW)
    with pytest.raises(NotPermitted):
        reviews.decide_round(version_id=version.pk, by=wanda, now=NOW)
    with pytest.raises(InvalidTransition):
        reviews.decide_round(version_id=factories.make_draft("other").pk, by=edith, now=NOW)


def test_editor_decides_a_round_in_the_admin(client, policy, edith):
    version = factories.make_submitted()
    mark(factories.make_reference(), "retracted")
    version = factories.approve(version)
    mark(factories.make_reference(), "clear")
    assert do(client, edith, version, "decide").status_code == 302
    assert state_of(version) == State.APPROVED


def test_nothing_is_decided_or_required_before_the_first_policy(version):
    long_ago = datetime(2019, 1, 1, tzinfo=UTC)
    decide_if_complete(lock(version.pk), approving=True, now=long_ago)
    assert state_of(version) == State.UNDER_REVIEW
    with pytest.raises(InvalidTransition):
        required(version, at=long_ago)


def test_sign_page_says_which_rule_counts_and_why(version):
    factories.make_policy(number=2, quorum=1)
    words = signing_effects(required(factories.reread(version), at=NOW))[Decision.APPROVE]
    assert "version 1 of the policy at moderate risk asked for more than version 2 at moderate risk does now" in words
    assert "It asks for two approvals." in words


def test_versions_from_before_are_given_the_rules_they_were_submitted_under(version, edith):
    """The migration, on rows as they were before it: the tier is that of the submission, not that of today."""
    newer = factories.make_policy(number=2, quorum=1, in_force_from=LATER)
    classify(version, RiskTier.HIGH, by=edith, now=LATER)
    fill = importlib.import_module("articles.migrations.0015_rules_of_a_version").FILL
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE articles_version SET opened_policy_id = %s, tiers = '{low}'", [newer.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        cursor.execute(fill)
    filled = factories.reread(version)
    assert (filled.opened_policy.number, filled.tiers) == (1, ["moderate"])
    assert not list(seals.breaks_in_history_of(Version))
