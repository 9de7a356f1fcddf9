"""Which version readers are told of, and what of its review."""

from datetime import UTC, datetime, timedelta

import pytest

from articles import actions, published
from articles.lifecycle import State
from articles.published.visible_version import shown_among, shown_of
from editorial.exceptions import NotFound
from tests.support import factories
from tests.support.factories import NOW
from tests.support.readers import HIDDEN, LAPSE, LATER, SLUG, resubmit, told

pytestmark = pytest.mark.django_db

BOARD = "our medical advisory board"
POLICY = "This answer is not approved by our medical advisory board at present. Do not act on it without advice."

TOLD = {
    State.SUBMITTED: (
        "submitted",
        f"Submitted; not yet reviewed by {BOARD}",
        "It was submitted on 2 March 2026 and has not been reviewed yet.",
    ),
    State.UNDER_REVIEW: (
        "under_review",
        f"Under review by {BOARD}; not yet approved",
        "Its review began on 2 March 2026 and has not ended.",
    ),
    State.CHANGES_REQUESTED: (
        "under_review",
        f"Under review by {BOARD}; changes were requested, not yet approved",
        "Changes to it were requested on 2 March 2026.",
    ),
    State.APPROVED: ("approved", f"Reviewed and approved by {BOARD}", None),
    State.SUPERSEDED: ("approved", f"Reviewed and approved by {BOARD}", None),
    State.SUSPENDED: (
        "under_review",
        f"The approval by {BOARD} was suspended on 2 March 2026 and does not count",
        "Its approval of 2 March 2026 was suspended on 2 March 2026: For the test.",
    ),
}


# --- which version ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", HIDDEN)
def test_find_of_a_version_that_was_never_public_finds_nothing(state):
    factories.make_version_at(state)
    with pytest.raises(NotFound):
        published.find(SLUG, at=LATER)


@pytest.mark.parametrize("state", [state for state in State if state not in {*HIDDEN, State.SUPERSEDED}])
def test_find_of_a_public_version_finds_it(state):
    version = factories.make_version_at(state)
    assert published.find(SLUG, at=LATER).version == version


@pytest.mark.parametrize("state", [State.APPROVED, State.SUSPENDED, State.RETRACTED])
def test_find_beside_a_newer_version_in_review_finds_what_was_approved(state):
    version = factories.make_version_at(state)
    resubmit(version)
    assert published.find(SLUG, at=LATER).version == version


def test_find_after_a_second_approval_finds_the_newer_version():
    old = factories.make_version_at(State.SUPERSEDED)
    found = published.find(SLUG, at=LATER).version
    assert (found.number, old.number) == (2, 1)


def test_find_after_a_retracted_one_was_replaced_finds_the_approved_version():
    newer = factories.approve(resubmit(factories.make_version_at(State.RETRACTED)))
    assert published.find(SLUG, at=LATER).version == newer


def test_find_of_two_pending_versions_finds_the_newer():
    newer = resubmit(factories.make_version_at(State.CHANGES_REQUESTED))
    assert published.find(SLUG, at=LATER).version == newer


@pytest.mark.parametrize("state", [State.SUBMITTED, State.UNDER_REVIEW, State.CHANGES_REQUESTED])
def test_find_under_a_policy_that_hides_pending_texts_finds_nothing(state):
    factories.make_policy(show_pending=False)
    factories.make_version_at(state)
    with pytest.raises(NotFound):
        published.find(SLUG, at=LATER)


def test_find_before_any_policy_was_in_force_finds_nothing():
    factories.make_version_at(State.APPROVED)
    with pytest.raises(NotFound):
        published.find(SLUG, at=datetime(2019, 1, 1, tzinfo=UTC))


# --- the review ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "expected"), TOLD.items())
def test_document_of_a_state_tells_status_statement_and_caution(state, expected):
    factories.make_version_at(state)
    status, statement, why = expected
    review = told()["review"]
    assert (review["status"], review["statement"]) == (status, statement)
    assert review["caution"] == (None if why is None else f"{POLICY} {why}")


@pytest.mark.parametrize("state", TOLD)
def test_document_of_a_state_claims_a_review_only_while_approved(state):
    factories.make_version_at(state)
    document = told()
    approved = document["review"]["status"] == "approved"
    assert document["indexable"] is approved
    assert bool(document["review"]["reviewed_by"]) is approved
    assert ("reviewedBy" in document["json_ld"]) is ("lastReviewed" in document["json_ld"]) is approved


@pytest.mark.parametrize(
    ("state", "reached"),
    [
        (State.SUBMITTED, [True, False, False]),
        (State.UNDER_REVIEW, [True, True, False]),
        (State.CHANGES_REQUESTED, [True, True, False]),
        (State.APPROVED, [True, True, True]),
        (State.SUSPENDED, [True, True, False]),
    ],
)
def test_document_of_a_state_has_three_steps_with_their_dates(state, reached):
    factories.make_version_at(state)
    steps = told()["review"]["steps"]
    assert [step["label"] for step in steps] == ["Submitted", "Under Review", "Approved"]
    assert [step["reached"] for step in steps] == reached
    assert [step["at"] for step in steps] == ["2026-03-02T09:00:00Z" if there else None for there in reached]


def test_document_of_an_approved_version_names_reviewers_and_dates():
    factories.make_version_at(State.APPROVED)
    review = told()["review"]
    assert review["reviewed_by"][0] == {
        "name": "Ada Example",
        "credentials": "MD, PhD",
        "orcid": None,
        "orcid_authenticated": False,
    }
    assert len(review["reviewed_by"]) == 2
    assert review["last_reviewed"] == "2026-03-02T09:00:00Z"
    assert review["next_review_due"] == "2027-03-02T09:00:00Z"


@pytest.mark.parametrize("at", [None, factories.NOW], ids=["typed", "authenticated"])
def test_document_says_that_an_orcid_id_is_the_reviewer_only_if_it_is_authenticated(at):
    factories.make_member("ada", orcid="0000-0002-1825-0097", orcid_authenticated_at=at)
    factories.make_version_at(State.APPROVED)
    document = told()
    reviewer, person = document["review"]["reviewed_by"][0], document["json_ld"]["reviewedBy"][0]
    assert (reviewer["orcid"], reviewer["orcid_authenticated"]) == ("0000-0002-1825-0097", at is not None)
    assert person.get("sameAs") == ("https://orcid.org/0000-0002-1825-0097" if at else None)


def test_document_of_a_suspended_version_knows_no_day_for_the_next_review():
    factories.make_version_at(State.SUSPENDED)
    review = told()["review"]
    assert (review["last_reviewed"], review["next_review_due"]) == ("2026-03-02T09:00:00Z", None)


def test_document_of_a_reinstated_version_is_that_of_the_approved_one():
    version = factories.make_version_at(State.APPROVED)
    before = told()
    act = {"version_id": version.pk, "reason": "For the test.", "by": factories.make_user("edith"), "now": NOW}
    actions.suspend(**act)
    assert told() != before
    actions.reinstate(**act)
    assert told() == before


# --- the lapse -------------------------------------------------------------------------------------------------------


def test_document_at_the_moment_of_lapse_is_no_longer_approved():
    factories.make_version_at(State.APPROVED)
    last = told(at=LAPSE - timedelta(microseconds=1))["review"]
    assert (last["status"], last["caution"]) == ("approved", None)
    review = told(at=LAPSE)["review"]
    assert review["status"] == "under_review"
    assert review["statement"] == f"The approval by {BOARD} lapsed on 2 March 2027 and no longer counts"
    assert review["caution"] == f"{POLICY} Its approval of 2 March 2026 lapsed on 2 March 2027."
    assert (review["last_reviewed"], review["next_review_due"]) == (last["last_reviewed"], last["next_review_due"])
    assert (review["reviewed_by"], review["steps"][2]["reached"]) == ([], False)


def test_document_after_the_lapse_claims_no_review_and_is_not_indexed():
    factories.make_version_at(State.APPROVED)
    document = told(at=LAPSE)
    assert document["indexable"] is False
    assert not {"reviewedBy", "lastReviewed"} & document["json_ld"].keys()


def test_entity_tag_and_last_modified_change_with_the_lapse():
    factories.make_version_at(State.APPROVED)
    before, after = (published.recorded(SLUG, audience=None, at=at) for at in (LATER, LAPSE))
    assert published.entity_tag(before[0]) != published.entity_tag(after[0])
    assert (before[1], after[1]) == (NOW, LAPSE)


@pytest.mark.parametrize("show_pending", [True, False])
@pytest.mark.parametrize("state", State)
def test_version_is_chosen_alike_from_what_is_at_hand_and_by_query(state, show_pending):
    policy = factories.make_policy(show_pending=show_pending)
    article = factories.make_version_at(state).article
    chosen = shown_among(article.versions.all(), policy=policy, at=LATER)
    assert chosen == shown_of(article, at=LATER)
    if state in (State.APPROVED, State.SUSPENDED, State.RETRACTED):
        resubmit(article.versions.get())
        chosen = shown_among(article.versions.all(), policy=policy, at=LATER)
        assert chosen == shown_of(article, at=LATER)
