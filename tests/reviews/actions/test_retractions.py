"""What a retraction means for a round."""

from articles.lifecycle import State
from articles.models import Reference
from articles.requirements import required
from editorial.models import User
from reviews import actions
from reviews.rounds.decision import tally_round
from tests.support import factories
from tests.support.factories import NOW
from tests.support.retraction_lists import make_list, make_record, make_work


def follow():
    return actions.follow_retractions(by=User.objects.system(), now=NOW)


def test_round_over_a_retracted_work_is_not_decided_by_any_number_of_signatures(policy):
    make_work()
    version = factories.make_submitted()
    reviews = [factories.make_accepted(version, name) for name in ("ada", "ben")]
    make_list()
    make_record()
    follow()
    for review in reviews:
        factories.sign(review)
    assert factories.reread(version).state == State.UNDER_REVIEW
    held = tally_round(version, requirements=required(version, at=NOW), now=NOW).missing
    assert held == ["another work for reference 1: retracted"]


def test_round_is_decided_by_an_editor_once_the_work_is_reinstated(policy, edith):
    make_work()
    version = factories.make_submitted()
    work = Reference.objects.get(key="orbach2005")
    work.retraction, work.retraction_as_of = "retracted", NOW.date()
    work.record(by=User.objects.system(), now=NOW)
    version = factories.approve(version)
    assert version.state == State.UNDER_REVIEW
    make_list()
    assert follow().works == {"clear": 1}
    assert (
        actions.decide_round(version_id=version.pk, by=factories.make_user("edith", is_editor=True), now=NOW).state
        == State.APPROVED
    )
