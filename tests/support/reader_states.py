"""Every combination of states that an article's versions can have, and a walk through all of them."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache

from articles import actions as articles
from articles.lifecycle import TRANSITIONS, Act, Action, State, blocked_by_other_version
from reviews import actions as reviews
from tests.support.expected_status import Row, Witness
from tests.support.reader_walk import Walk
from tests.support.verbs import undone

States = tuple[State, ...]

VERBS: dict[Action | Act, Callable[[Walk, Row], object]] = {
    Act.REVISE: lambda walk, row: walk.on(row, articles.revise, by=walk.wanda),
    Action.SUBMIT: lambda walk, row: submit_in_other_words(walk, row),
    Action.WITHDRAW: lambda walk, row: walk.on(row, reviews.withdraw, reason=walk.word(), by=walk.edith),
    Action.BEGIN_REVIEW: lambda walk, row: walk.take_part(row, *walk.members[0]),
    Action.REQUEST_CHANGES: lambda walk, row: walk.on(row, reviews.request_changes, reason=walk.word(), by=walk.edith),
    Action.APPROVE: lambda walk, row: walk.board_signs(row),
    Action.REJECT: lambda walk, row: walk.on(row, reviews.reject, reason=walk.word(), by=walk.edith),
    Action.SUSPEND: lambda walk, row: walk.on(row, articles.suspend, reason=walk.word(), by=walk.edith),
    Action.REINSTATE: lambda walk, row: walk.on(row, articles.reinstate, reason=walk.word(), by=walk.edith),
    Action.RETRACT: lambda walk, row: walk.on(row, articles.retract, reason=walk.word(), by=walk.edith),
}


def submit_in_other_words(walk: Walk, row: Row) -> None:
    """Edit the text and submit it: after requested changes the same text is refused."""
    walk.on(row, articles.edit, texts=walk.texts(is_for_patients=True), by=walk.wanda)
    walk.on(row, articles.submit, by=walk.wanda)


def onward(states: States, *, most: int) -> Iterable[tuple[int, Action | Act, States]]:
    """Yield what can be done to which version of an article, and the states after it, by the tables alone."""
    for place, state in enumerate(states):
        others = [(number, other) for number, other in enumerate(states) if number != place]
        for (before, action), after in TRANSITIONS.items():
            if before == state and action != Action.SUPERSEDE and not blocked_by_other_version(action, others=others):
                left = [
                    State.SUPERSEDED if (action, one) == (Action.APPROVE, State.APPROVED) else one for one in states
                ]
                yield place, action, (*left[:place], after, *left[place + 1 :])
    if len(states) < most and State.DRAFT not in states:
        yield len(states) - 1, Act.REVISE, (*states, State.DRAFT)


@cache
def reachable(most: int) -> frozenset[States]:
    """Return every reachable combination of the states of up to ``most`` versions."""
    found, ahead = set(), [(State.DRAFT,)]
    while ahead:
        states = ahead.pop()
        if states not in found:
            found.add(states)
            ahead += [further for *_, further in onward(states, most=most)]
    return frozenset(found)


def visit(walk: Walk, states: States, *, most: int, been: set[States]) -> None:
    """Check with documents unwritten and written, then continue to every combination not yet visited."""
    been.add(states)
    found = [*Witness(walk.now).combinations()]
    assert found == [states], f"{found}, not {states}"
    for walk.is_written in (False, True):
        walk.touched = None
        walk.readers_are_told_the_truth()
    rows = sorted(walk.rows, key=lambda row: row["number"])
    for place, action, further in onward(states, most=most):
        if further not in been:
            with undone():
                walk.now += timedelta(minutes=1)
                VERBS[action](walk, rows[place])
                visit(walk, further, most=most, been=been)
