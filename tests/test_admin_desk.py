"""The review desk: what it shows, what it keeps, and for whom."""

import pytest
from django.urls import reverse

from tests import factories
from tests.test_admin_flow import words
from tests.verdicts import check_all, claims_of, sent

pytestmark = pytest.mark.django_db


def door(review, name=""):
    return reverse(f"admin:reviews_review_desk{name and '_' + name}", args=[review.pk])


@pytest.fixture
def review(policy):
    return factories.make_accepted(sent())


@pytest.fixture
def desk(client, review):
    """Opens the desk of Ada's review."""
    client.force_login(review.member.user)
    return lambda **asked: client.get(door(review), asked)


def test_desk_marks_claims_in_the_text_and_shows_the_evidence_beside(review, desk):
    claim = claims_of(review.version)[0]
    page = desk(claim=claim.pk)
    shown = page.content.decode()
    assert f'<span class="claim claim-{claim.pk} is-to_check" id="claim-{claim.pk}">Pain is common' in shown
    assert f'class="evidence chosen" id="evidence-{claim.pk}"' in shown
    assert "0 of 2 checked, 0 blocking" in words(page)
    assert "Orbach H. Title of orbach2005. Clinical Reviews" in words(page)
