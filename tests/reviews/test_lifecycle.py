"""Every state of a review with every verb, through the table and through the real actions."""

from itertools import product

import pytest

from editorial.exceptions import InvalidTransition
from editorial.models import User
from reviews.lifecycle import ACTS, LIVE, OPEN, TRANSITIONS, Act, Action, State, after, allow
from reviews.models import Review
from tests.support import factories
from tests.support.verbs import REVIEW_VERBS, undone, whole_record

LEAVING = {"decline": "declined", "recuse": "recused", "cancel": "cancelled", "lapse": "lapsed"}
LIFE = {
    "invited": {"accept": "accepted", **LEAVING},
    "accepted": {"sign": "signed", **LEAVING},
    "signed": {"withdraw_signature": "accepted"},
}
RIGHT_PERSON = {
    **dict.fromkeys([*Act, *Action], "ada"),
    **dict.fromkeys((Act.EXTEND, Act.REMIND, Act.REVOKE_LINKS, Act.WAIVE, Action.CANCEL), "edith"),
    Action.LAPSE: "system",
}


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_after_every_pair_follows_the_design(state, action):
    target = LIFE.get(state, {}).get(action)
    if target:
        assert after(state, action) == target
    else:
        with pytest.raises(InvalidTransition, match=state.label):
            after(state, action)


@pytest.mark.parametrize(("state", "act"), list(product(State, Act)))
def test_allow_as_work_goes_on_and_an_answer_is_awaited(state, act):
    while_invited = {Act.EXTEND, Act.REMIND, Act.REVOKE_LINKS, Act.WAIVE}
    while_accepted = set(Act) - {Act.REVOKE_LINKS, Act.CONFIRM, Act.HAND_OVER}
    while_signed = {Act.CONFIRM, Act.WAIVE}
    possible = {State.ACCEPTED: while_accepted, State.INVITED: while_invited, State.SIGNED: while_signed}
    possible |= {ended: {Act.HAND_OVER} for ended in (State.DECLINED, State.RECUSED, State.CANCELLED, State.LAPSED)}
    if act in possible.get(state, ()):
        allow(state, act)
    else:
        with pytest.raises(InvalidTransition, match=state.label):
            allow(state, act)


def test_open_and_live_states_are_those_that_ask_for_or_carry_an_opinion():
    assert {State.INVITED, State.ACCEPTED} == OPEN
    assert {State.INVITED, State.ACCEPTED, State.SIGNED} == LIVE


@pytest.mark.parametrize("state", State)
def test_actions_on_a_review_in_this_state_do_what_the_table_says(policy, state):
    review = factories.make_review_at(state)
    people = {"ada": review.member.user, "edith": factories.make_user("edith"), "system": User.objects.system()}
    before = whole_record()
    for verb, call in REVIEW_VERBS.items():
        possible = state in ACTS.get(verb, ()) or (state, verb) in TRANSITIONS
        if possible:
            with undone():
                call(review, people[RIGHT_PERSON[verb]])
                assert Review.objects.get(pk=review.pk).state == TRANSITIONS.get((state, verb), state), verb
                assert whole_record() != before
        else:
            with pytest.raises(InvalidTransition):
                call(review, people[RIGHT_PERSON[verb]])
        assert whole_record() == before, verb
