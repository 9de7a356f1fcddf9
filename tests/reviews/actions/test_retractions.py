"""What a retraction means for a round."""

from articles.lifecycle import State
from articles.models import Reference
from editorial.models import EditorialPolicy, User
from reviews import actions
from reviews.consolidation import settle, standing
from tests import factories
from tests.factories import NOW
from tests.retraction_lists import make_list, make_record, make_work


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
    held = standing(version, policy=EditorialPolicy.objects.required(at=NOW), now=NOW).missing
    assert held == ["another work for reference 1: retracted"]


def test_round_is_decided_once_the_work_is_reinstated(policy):
    make_work()
    version = factories.make_submitted()
    work = Reference.objects.get(key="orbach2005")
    work.retraction, work.retraction_as_of = "retracted", NOW.date()
    work.record(by=User.objects.system(), now=NOW)
    version = factories.approve(version)
    assert version.state == State.UNDER_REVIEW
    make_list()
    assert follow().works == {"clear": 1}
    assert settle(version_id=version.pk, now=NOW).state == State.APPROVED
