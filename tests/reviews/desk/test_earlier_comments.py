import pytest

from articles.models import Version
from reviews import actions
from reviews.actions.comments_and_verdicts import Anchor
from reviews.desk.earlier_comments import earlier_comments
from tests.support import factories
from tests.support.factories import NOW
from tests.support.verdicts import claims_of, sent

pytestmark = pytest.mark.django_db

AFTER = "Pain is very common [@orbach2005]. It is light [@stiehm2013]. Words that stay.\n"
BEFORE = "Pain is common [@orbach2005]. Nobody dies of it [@stiehm2013]. Words that stay.\n"


@pytest.fixture
def comment(policy):
    """Comments on version 1; the version that follows comes with the comment."""
    review = factories.make_accepted(sent(BEFORE))

    def commented(**anchor) -> Version:
        said = {"review_id": review.pk, "by": review.member.user, "now": NOW}
        actions.comment(text="Why?", anchor=Anchor(**anchor), **said)
        factories.sign(review, "request_changes")
        return sent(AFTER, after=factories.reread(review.version))

    commented.claims = claims_of(review.version)
    return commented


@pytest.fixture
def one(wanda):
    """What became of the only comment."""
    return lambda version: earlier_comments(version, user=wanda)[0]


def test_comment_stays_with_the_most_similar_claim(comment, one):
    version = comment(claim_id=comment.claims[0].pk)
    assert one(version).claim == claims_of(version)[0]


def test_comment_on_a_claim_that_is_gone_is_orphaned(comment, one):
    found = one(comment(claim_id=comment.claims[1].pk))
    assert (found.claim, found.is_orphaned) == (None, True)


def test_comment_stays_with_the_same_claim(policy, wanda):
    first = sent(BEFORE)
    review = factories.make_accepted(first)
    anchor = Anchor(claim_id=claims_of(first)[1].pk)
    actions.comment(review_id=review.pk, text="Why?", anchor=anchor, by=review.member.user, now=NOW)
    factories.sign(review, "request_changes")
    version = sent(None, after=factories.reread(first))
    assert earlier_comments(version, user=wanda)[0].claim == claims_of(version)[1]


@pytest.mark.parametrize(("quote", "is_orphaned"), [("Words that stay", False), ("Nobody dies", True), ("", False)])
def test_comment_on_a_passage_stays_while_the_passage_is_there(comment, one, quote, is_orphaned):
    assert one(comment(quote=quote)).is_orphaned is is_orphaned


def test_comments_that_may_not_be_seen_are_not_followed(comment):
    version = comment(quote="")
    assert earlier_comments(version, user=factories.make_member("cleo").user) == []
