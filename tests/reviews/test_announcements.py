"""Who is owed a notice of what, and what no notice says."""

import json

import pytest

from articles.lifecycle import State
from editorial.models import Notice
from reviews import actions as reviews
from reviews.lifecycle import State as ReviewState
from reviews.models import Decision, Review
from tests.support import factories
from tests.support.factories import NOW

WHY = {"now": NOW, "reason": "For the test."}


@pytest.fixture(autouse=True)
def second_editor(db):
    return factories.make_user("edgar", is_editor=True)


def owed(kind: str) -> list[str]:
    """To whom a notice of this kind is owed."""
    return sorted(Notice.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_submission_is_told_to_editors(policy):
    factories.make_submitted()
    assert owed("submitted") == ["edgar", "edith"]


def test_invitation_and_its_end_are_told_to_the_member(policy, edith):
    review = factories.make_review_at(ReviewState.INVITED)
    assert owed("invitation") == ["ada"]
    reviews.cancel(review_id=review.pk, by=edith, now=NOW)
    assert owed("review_cancelled") == ["ada"]
    again = factories.make_invitation(review.version, "ben")
    reviews.reject(version_id=review.version_id, by=edith, **WHY)
    assert owed("review_closed") == [again.member.user.username]


def test_answers_are_told_to_editors_but_never_to_who_gave_them(policy, ada):
    ada.is_editor = True
    ada.save()
    version = factories.make_submitted()
    review = factories.make_accepted(version)
    assert owed("review_accepted") == ["edgar", "edith"]
    factories.sign(review)
    assert owed("review_signed") == ["edgar", "edith"]
    other = factories.make_invitation(version, "ben")
    reviews.decline(review_id=other.pk, by=other.member.user, **WHY)
    assert owed("review_declined") == ["ada", "edgar", "edith"]


def test_inviting_oneself_owes_no_notice(policy, edith):
    version = factories.make_submitted()
    member = factories.make_member("edith")
    reviews.invite(version_id=version.pk, member_id=member.pk, by=edith, now=NOW)
    assert owed("invitation") == []


def test_decision_is_told_to_writers_editors_and_signers_once_each(policy):
    factories.make_approved()
    assert owed("approved") == ["ada", "ben", "edgar", "edith", "wanda"]


@pytest.mark.parametrize("verb", ["withdraw", "reject", "request_changes"])
def test_end_of_a_round_is_not_told_to_who_ended_it(policy, edith, verb):
    version = factories.make_version_at(State.UNDER_REVIEW)
    getattr(reviews, verb)(version_id=version.pk, by=edith, **WHY)
    kind = factories.reread(version).state
    assert owed(kind) == ["edgar", "wanda"]


@pytest.mark.parametrize("state", [State.SUSPENDED, State.RETRACTED])
def test_change_of_standing_is_told_to_writers_and_the_other_editors(policy, state):
    factories.make_version_at(state)
    assert owed(state) == ["edgar", "wanda"]
    assert Notice.objects.filter(kind=state)[0].context["reason"] == "For the test."


@pytest.mark.parametrize("decision", Decision)
def test_no_notice_says_how_anybody_voted(policy, decision):
    version = factories.make_submitted()
    for review in [factories.make_accepted(version, name) for name in ("ada", "ben")]:
        factories.sign(review, decision)
    assert not Review.objects.open().exists()
    told = {notice.kind: json.dumps(notice.context) for notice in Notice.objects.all()}
    assert "review_signed" in told
    for kind, context in told.items():
        assert not any(vote in context for vote in ("approve", "request_changes", "Read it all", "decision")), kind


def test_deactivated_people_and_those_without_address_are_owed_nothing(policy, second_editor, root):
    second_editor.is_active = False
    second_editor.record(by=root, now=NOW)
    factories.make_user("eve", is_editor=True, email="")
    factories.make_submitted()
    assert owed("submitted") == ["edith"]
