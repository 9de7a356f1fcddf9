"""What a reviewer may compare the version under review with: on the page, and over the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import actions as articles
from articles.lifecycle import State as VersionState
from articles.models import Version
from reviews import actions
from reviews.desk.comparable_versions import comparable_versions, default_comparison
from reviews.lifecycle import LIVE, State
from reviews.models import Review
from tests.admin.test_flow import address, words
from tests.support import factories
from tests.support.api import client as api_of
from tests.support.api import refused
from tests.support.factories import NOW
from tests.support.verdicts import sent, signed

pytestmark = pytest.mark.django_db

DOSE = "The dose is {} daily in adults with this illness [@orbach2005].\n"


def door(review, **query):
    return reverse("admin:reviews_review_changes", args=[review.pk], query=query)


def api(review):
    return f"/api/v1/reviews/{review.pk}/changes/"


@pytest.fixture
def first(policy) -> Version:
    """Ada signed it and asked for changes; readers never saw it approved."""
    version = sent(DOSE.format("15 mg/kg"))
    signed(version, decision="request_changes")
    return factories.reread(version)


@pytest.fixture
def review(first) -> Review:
    """Ada's, of a text with another dose."""
    return factories.make_accepted(sent(f"A new paragraph.\n\n{DOSE.format('1.5 mg/kg')}", after=first))


@pytest.fixture
def other(first) -> Review:
    """Cleo's, of the same version as Ada's; she signed none before."""
    return factories.make_accepted(Version.objects.newest_first().first(), "cleo")


def numbers(review, user=None):
    return [version.number for version in comparable_versions(review, user=user or review.member.user)]


def test_reviewer_compares_with_the_version_they_signed_last(review, client, first):
    client.force_login(review.member.user)
    page = client.get(door(review))
    shown = page.content.decode()
    assert '<del class="quantity">' in shown
    assert "1.5 mg/kg" in words(page)
    assert "<ins>A new paragraph.</ins>" in shown
    assert f'href="{door(review)}"' in client.get(address(review)).content.decode()
    assert (
        f'href="{door(review)}"' in client.get(reverse("admin:reviews_review_desk", args=[review.pk])).content.decode()
    )
    assert client.get(door(review, **{"with": first.pk})).status_code == 200


def test_reviewer_who_never_signed_compares_with_nothing_that_only_others_read(review, other, client, first):
    assert (numbers(review), numbers(other)) == ([1], [])
    client.force_login(other.member.user)
    assert "no other version of this article whose text you may read" in words(client.get(door(other)))
    assert client.get(door(other, **{"with": first.pk})).status_code == 404
    refused(api_of(other.member.user).get(api(other), {"with": first.pk}), 422, pointer="/with")
    told = api_of(other.member.user).get(api(other)).json()
    assert (told["with"], told["others"], told["parts"]) == (None, [], [])


def test_reviewer_compares_with_what_readers_saw_approved_though_others_reviewed_it(policy):
    approved = factories.make_approved()
    review = factories.make_accepted(sent(after=approved), "cleo")
    assert numbers(review) == [1]
    assert default_comparison(review, user=review.member.user) == approved


def test_draft_after_the_version_is_for_writers_and_not_for_reviewers(first, edith):
    review = factories.make_accepted(sent(after=first))
    actions.request_changes(version_id=review.version_id, reason="Shorter.", by=edith, now=NOW)
    articles.revise(version_id=review.version_id, by=factories.make_user("wanda"), now=NOW)
    assert Version.objects.filter(state=VersionState.DRAFT).exists()
    assert 3 not in numbers(review)
    assert numbers(review, user=edith) == [3, 1]


def test_comparison_ends_with_the_part_in_the_round(review, client, edith):
    actions.recuse(review_id=review.pk, reason="I hold shares in the maker.", by=review.member.user, now=NOW)
    client.force_login(review.member.user)
    assert client.get(door(review)).status_code == 302
    refused(api_of(review.member.user).get(api(review)), 404)
    client.force_login(edith)
    assert client.get(door(review)).status_code == 200
    assert api_of(edith).get(api(review)).status_code == 200


@pytest.mark.parametrize("state", sorted(set(State) - LIVE))
def test_comparison_is_in_nobodys_sight_who_left_the_round(state, client):
    review = factories.make_review_at(state)
    client.force_login(review.member.user)
    assert client.get(door(review)).status_code == 302
    refused(api_of(review.member.user).get(api(review)), 404)


def test_text_of_a_review_that_its_member_left_is_none_to_compare_with(first):
    second = sent(after=first)
    gone = factories.make_accepted(second, "cleo")
    actions.decline(review_id=gone.pk, reason="No time.", by=gone.member.user, now=NOW)
    factories.sign(factories.make_accepted(second), "request_changes")
    third = factories.make_accepted(sent(DOSE.format("2 mg"), after=factories.reread(second)), "cleo")
    assert numbers(third) == []


@pytest.mark.parametrize("chosen", ["x", "0", "9" * 19])
def test_version_that_does_not_exist_is_not_found(review, client, chosen):
    client.force_login(review.member.user)
    assert client.get(door(review, **{"with": chosen})).status_code == 404
    refused(api_of(review.member.user).get(api(review), {"with": chosen}), 422, pointer="/with")


def test_changes_over_http_are_the_rows_of_the_page_with_numbers_named(review, first):
    told = api_of(review.member.user).get(api(review)).json()
    assert (told["version"], told["with"]["number"]) == (2, 1)
    assert (told["signed_version"], told["changes"], told["changes_in_numbers"]) == (1, 2, 1)
    assert [one["number"] for one in told["others"]] == [1]
    assert api_of(review.member.user).get(api(review), {"with": first.pk}).json() == told
    (part,) = told["parts"]
    assert part["title"] == "Text, Professional"
    dose = part["rows"][-1]
    assert [words for words in dose["before"] if words["changed"]] == [
        {"text": "15 mg/kg", "changed": True, "quantity": True}
    ]
    assert (dose["move"], part["left_out"]) == (0, 0)
    assert part["rows"][0]["before"] is None
    assert (told["works_added"], told["works_removed"]) == ([], [])


def test_comparison_asks_the_same_number_of_queries_however_much_there_is_to_choose(first, client):
    asked = []
    for dose in ("2 mg", "3 mg", "4 mg"):
        review = factories.make_accepted(sent(DOSE.format(dose), after=Version.objects.newest_first().first()))
        client.force_login(review.member.user)
        client.get(door(review))  # the first request of a session stores its use
        with CaptureQueriesContext(connection) as page:
            assert client.get(door(review)).status_code == 200
        with CaptureQueriesContext(connection) as told:
            assert len(api_of(review.member.user).get(api(review)).json()["others"]) == len(asked) + 1
        asked.append((len(page), len(told)))
        factories.sign(review, "request_changes")
    assert len(set(asked)) == 1
