"""Every state with every verb, through the table and through the real actions."""

from itertools import product

import pytest

from articles.lifecycle import ACTS, IN_REVIEW, PENDING, READER_SEES, TRANSITIONS, Act, Action, State, after, allow
from articles.models import Version
from editorial.exceptions import InvalidTransition
from editorial.models import User
from tests.support import factories
from tests.support.verbs import VERSION_VERBS, undone, whole_record

RIGHT_PERSON = {
    **dict.fromkeys([*Act, *Action], "edith"),
    **dict.fromkeys([Act.EDIT, Act.REVISE, Action.SUBMIT], "wanda"),
    **dict.fromkeys([Action.BEGIN_REVIEW, Action.APPROVE, Action.SUPERSEDE], "system"),
}

LIFE = {
    "draft": {"submit": "submitted"},
    "submitted": {"withdraw": "withdrawn", "begin_review": "under_review", "reject": "rejected"},
    "under_review": {
        "withdraw": "withdrawn",
        "request_changes": "changes_requested",
        "approve": "approved",
        "reject": "rejected",
    },
    "approved": {"supersede": "superseded", "suspend": "suspended", "retract": "retracted"},
    "suspended": {"reinstate": "approved", "retract": "retracted"},
}
"""The design's table, written out a second time."""


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_after_every_pair_follows_the_design(state, action):
    target = LIFE.get(state, {}).get(action)
    if target:
        assert after(state, action) == target
    else:
        with pytest.raises(InvalidTransition, match=state.label):
            after(state, action)


@pytest.mark.parametrize(("state", "act"), list(product(State, Act)))
def test_allow_every_pair_follows_the_design(state, act):
    possible = {
        Act.EDIT: state == State.DRAFT,
        Act.INVITE: state in (State.SUBMITTED, State.UNDER_REVIEW),
        Act.REVISE: state != State.DRAFT,
    }
    if possible[act]:
        allow(state, act)
    else:
        with pytest.raises(InvalidTransition, match=state.label):
            allow(state, act)


def test_tables_name_every_state_and_lead_nowhere_from_the_ends():
    assert set(READER_SEES) == set(State)
    assert set(State) - {before for before, _ in TRANSITIONS} == {
        *(State.CHANGES_REQUESTED, State.SUPERSEDED, State.WITHDRAWN, State.REJECTED, State.RETRACTED)
    }
    assert IN_REVIEW < PENDING


@pytest.mark.parametrize("state", State)
def test_actions_on_a_version_in_this_state_do_what_the_table_says(policy, state):
    version = factories.make_version_at(state)
    factories.make_member("cleo")
    before = whole_record()
    for verb, call in VERSION_VERBS.items():
        person = User.objects.system() if RIGHT_PERSON[verb] == "system" else User.objects.get(username="edith")
        person = User.objects.get(username="wanda") if RIGHT_PERSON[verb] == "wanda" else person
        if verb == Action.APPROVE and state == State.UNDER_REVIEW:
            continue  # the quorum is needed too; shown with the consolidation
        with undone():
            if state in ACTS.get(verb, ()) or (state, verb) in TRANSITIONS:
                call(version, person)
                assert Version.objects.get(pk=version.pk).state == TRANSITIONS.get((state, verb), state), verb
                assert whole_record() != before
        if not (state in ACTS.get(verb, ()) or (state, verb) in TRANSITIONS):
            with pytest.raises(InvalidTransition):
                call(version, person)
        assert whole_record() == before, verb
