"""The list of articles and the history of one, as readers may know them."""

from datetime import datetime

import pytest

from articles import actions, published
from articles.lifecycle import State
from articles.published.article_list import Filters
from articles.published.dates_and_urls import day, utc
from tests.support import factories
from tests.support.factories import NOW
from tests.support.readers import HIDDEN, LAPSE, LATER, SLUG, resubmit, revise

pytestmark = pytest.mark.django_db

PUBLIC_STATES = set(State) - {*HIDDEN, State.RETRACTED, State.SUPERSEDED}


def slugs(*, at: datetime = LATER, policy, **filters) -> list[str]:
    return [
        version.article.slug
        for version in published.listed(policy=policy, at=at, filters=Filters(**filters)).order_by("-pk")
    ]


# --- the list --------------------------------------------------------------------------------------------------------


def test_listed_articles_are_the_public_ones(policy):
    for state in State:
        factories.make_version_at(state, f"a-{state}")
    hidden = {f"a-{state}" for state in [*HIDDEN, State.RETRACTED]}
    assert set(slugs(policy=policy)) == {f"a-{state}" for state in State} - hidden


@pytest.mark.parametrize(
    ("step", "states"),
    [
        ("submitted", {State.SUBMITTED}),
        ("under_review", {State.UNDER_REVIEW, State.CHANGES_REQUESTED, State.SUSPENDED}),
        ("approved", {State.APPROVED}),
    ],
)
def test_listed_by_status_agrees_with_what_each_article_tells(policy, step, states):
    for state in PUBLIC_STATES:
        factories.make_version_at(state, f"a-{state}")
    assert set(slugs(policy=policy, step=step)) == {f"a-{state}" for state in states}


def test_listed_by_status_follows_the_lapse(policy):
    factories.make_version_at(State.APPROVED)
    assert slugs(policy=policy, step="under_review") == slugs(policy=policy, step="approved", at=LAPSE) == []
    assert slugs(policy=policy, step="under_review", at=LAPSE) == [SLUG]


def test_listed_without_a_policy_is_empty():
    factories.make_version_at(State.APPROVED)
    assert slugs(policy=None) == []


# --- the history -----------------------------------------------------------------------------------------------------


def history(*, at: datetime = LATER) -> list[dict]:
    return published.history(published.find(SLUG, at=at))["versions"]


def test_history_of_a_superseded_version_tells_when_it_was_replaced():
    factories.make_version_at(State.SUPERSEDED)
    newer, older = history()
    assert (newer["version"], newer["change"], newer["status"]) == (2, "update", "approved")
    assert (older["version"], older["change"], older["status"]) == (1, "first", "superseded")
    assert (newer["superseded_at"], older["superseded_at"]) == (None, "2026-03-02T09:00:00Z")


@pytest.mark.parametrize("state", [State.SUSPENDED, State.RETRACTED])
def test_history_of_a_text_taken_back_tells_when_and_why(state):
    factories.make_version_at(state)
    (entry,) = history()
    assert (entry["status"], entry["notice"]) == (state, "For the test.")
    assert entry[f"{state}_at"] == "2026-03-02T09:00:00Z"


def test_history_of_a_lapsed_approval_says_lapsed():
    factories.make_version_at(State.APPROVED)
    assert [entry["status"] for entry in history(at=LATER) + history(at=LAPSE)] == ["approved", "lapsed"]


def test_history_of_an_approved_text_hides_drafts_and_what_is_in_review():
    version = factories.make_version_at(State.APPROVED)
    newer = revise(version)
    assert [entry["version"] for entry in history()] == [1]
    actions.submit(version_id=newer.pk, by=factories.make_user("wanda"), now=NOW)
    assert [entry["version"] for entry in history()] == [1]


def test_history_of_a_pending_text_is_that_text_alone():
    resubmit(factories.make_version_at(State.REJECTED))
    (entry,) = history()
    assert (entry["version"], entry["status"], entry["change"]) == (2, "submitted", "first")
    assert entry["approved_at"] is None


# --- times -----------------------------------------------------------------------------------------------------------


def test_times_are_told_in_utc_whatever_zone_they_come_in():
    moment = datetime.fromisoformat("2026-03-02T00:30:00.999+02:00")
    assert (utc(moment), day(moment)) == ("2026-03-01T22:30:00Z", "1 March 2026")
    assert (utc(None), day(None)) == (None, "")
