"""What a signature that completes a quorum costs: how many queries, however long the text and however many invited."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.lifecycle import State
from reviews import actions
from reviews.models import Review
from tests import factories, verdicts
from tests.endpoints import make_endpoint
from tests.factories import NOW

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


@pytest.mark.parametrize("hook", [False, True])
def test_print(hook):
    if hook:
        make_endpoint()
    review = last_signature_due(claims=3, invited=2)
    with CaptureQueriesContext(connection) as queries:
        actions.sign(
            review_id=review.pk, decision="approve", digest=review.version.digest, by=review.member.user, now=NOW
        )
    review.version.refresh_from_db()
    assert review.version.state == State.APPROVED
    for i, query in enumerate(queries, 1):
        print(i, query["sql"][: 100000 if not hook else 120].replace("\n", " "))
