"""What a signature that completes a quorum costs: how many queries, however long the text and however many invited."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.lifecycle import State
from editorial.exceptions import NotFound
from reviews import actions
from reviews.models import Review
from tests.support import factories, verdicts
from tests.support.factories import NOW
from tests.support.webhook_endpoints import make_endpoint

pytestmark = pytest.mark.django_db


def last_signature_due(*, claims: int, invited: int) -> Review:
    """Ben's review, all done but signed, of a version that Ada has approved; further members did not answer yet."""
    questions = (("Is it right?", "yes_no", True), ("How plain is it?", "scale", True), ("Else?", "text", False))
    policy = factories.make_policy(claim_checks="every", questions=questions)
    text = verdicts.body({number: f"work{number}" for number in range(claims)})
    version = verdicts.sent(text)
    for number in range(invited):
        factories.make_invitation(version, f"member{number}")
    for username in ("ada", "ben"):
        review = factories.make_accepted(version, username)
        verdicts.check_all(review)
        first, second = policy.questions.in_order()[:2]
        given = {first.pk: "yes", second.pk: "4"}
        actions.answer_checklist(review_id=review.pk, checklist=given, by=review.member.user, now=NOW)
        if username == "ada":
            factories.sign(review)
    return review


def queries_of_signing(review: Review) -> int:
    """The written documents are renewed after the commit, by a worker: none of its queries is among them."""
    with CaptureQueriesContext(connection) as queries:
        actions.sign(
            review_id=review.pk, decision="approve", digest=review.version.digest, by=review.member.user, now=NOW
        )
    assert factories.reread(review.version).state == State.APPROVED
    return len(queries)


@pytest.mark.parametrize("claims", [3, 30])
def test_signature_that_approves_takes_30_queries(claims):
    make_endpoint()
    assert queries_of_signing(last_signature_due(claims=claims, invited=0)) == 30


@pytest.mark.parametrize("invited", [3, 30])
def test_signature_that_closes_open_reviews_takes_two_more(invited):
    make_endpoint()
    assert queries_of_signing(last_signature_due(claims=3, invited=invited)) == 32


def test_review_that_does_not_exist_is_not_signed(ada):
    with pytest.raises(NotFound):
        actions.sign(review_id=0, decision="approve", digest="0" * 64, by=ada, now=NOW)
