"""What an account did in articles and reviews, as its owner can download it."""

import pytest

from config.personal_data import work_of_account
from reviews.lifecycle import State
from tests.support import factories
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db


def test_work_of_an_account_has_its_own_signatures_and_nobody_elses(policy):
    review = factories.make_review_at(State.SIGNED)
    work = work_of_account(review.member.user)
    (signature,) = work["signatures"]
    assert (signature["decision"], signature["signed_at"]) == ("approve", NOW)
    assert [one["state"] for one in work["reviews"]] == ["signed"]
    assert work["articles"] == work["versions_created"] == []
    assert work_of_account(review.version.created_by)["signatures"] == []
