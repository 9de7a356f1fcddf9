"""The states of a version and the transitions between them, as tables. ``docs/lifecycle.md`` is drawn from here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices

from editorial.exceptions import InvalidTransition


class State(TextChoices):
    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "submitted"
    UNDER_REVIEW = "under_review", "under review"
    CHANGES_REQUESTED = "changes_requested", "changes requested"
    APPROVED = "approved", "approved"
    SUPERSEDED = "superseded", "superseded"
    SUSPENDED = "suspended", "suspended"
    WITHDRAWN = "withdrawn", "withdrawn"
    REJECTED = "rejected", "rejected"
    RETRACTED = "retracted", "retracted"


class Action(TextChoices):
    SUBMIT = "submit", "submit"
    WITHDRAW = "withdraw", "withdraw"
    BEGIN_REVIEW = "begin_review", "begin review"
    REQUEST_CHANGES = "request_changes", "request changes"
    APPROVE = "approve", "approve"
    REJECT = "reject", "reject"
    SUPERSEDE = "supersede", "supersede"
    SUSPEND = "suspend", "suspend"
    REINSTATE = "reinstate", "reinstate"
    RETRACT = "retract", "retract"


class Act(TextChoices):
    """What can be done to a version without moving it to another state."""

    EDIT = "edit", "edit"
    INVITE = "invite", "invite a reviewer"
    REVISE = "revise", "revise"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.DRAFT, Action.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.UNDER_REVIEW, Action.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Action.BEGIN_REVIEW): State.UNDER_REVIEW,
    (State.UNDER_REVIEW, Action.REQUEST_CHANGES): State.CHANGES_REQUESTED,
    (State.UNDER_REVIEW, Action.APPROVE): State.APPROVED,
    (State.SUBMITTED, Action.REJECT): State.REJECTED,
    (State.UNDER_REVIEW, Action.REJECT): State.REJECTED,
    (State.APPROVED, Action.SUPERSEDE): State.SUPERSEDED,
    (State.APPROVED, Action.SUSPEND): State.SUSPENDED,
    (State.SUSPENDED, Action.REINSTATE): State.APPROVED,
    (State.APPROVED, Action.RETRACT): State.RETRACTED,
    (State.SUSPENDED, Action.RETRACT): State.RETRACTED,
}

ACTS: Mapping[Act, frozenset[State]] = {
    Act.EDIT: frozenset({State.DRAFT}),
    Act.INVITE: frozenset({State.SUBMITTED, State.UNDER_REVIEW}),
    Act.REVISE: frozenset(State) - {State.DRAFT},
}

IN_REVIEW = frozenset({State.SUBMITTED, State.UNDER_REVIEW})
"""At most one version of an article is in one of these."""

UNDER_WAY = IN_REVIEW | {State.DRAFT, State.CHANGES_REQUESTED}
"""States in which a version is being written or reviewed, provided that there is no newer version."""


@dataclass(frozen=True)
class BlockingStates:
    """The states of another version of the article that block an action, and the error for it."""

    states: frozenset[State]
    code: str
    words: str


BLOCKED_BY: Mapping[Action | Act, BlockingStates] = {
    Act.REVISE: BlockingStates(frozenset({State.DRAFT}), "draft_exists", "Version {number} is a draft already."),
    Action.SUBMIT: BlockingStates(IN_REVIEW, "in_review", "Version {number} is in review already."),
    Action.REINSTATE: BlockingStates(
        frozenset({State.APPROVED}), "superseded", "Version {number} was approved meanwhile."
    ),
}
"""Actions that must wait while another version of the article is in one of these states."""

PENDING = IN_REVIEW | {State.CHANGES_REQUESTED}
"""States that readers see, with the caution, if no earlier version was approved and the policy allows it."""

READER_SEES: Mapping[State, str] = {
    State.DRAFT: "the version before, or 404",
    State.SUBMITTED: "Submitted, or the approved version before",
    State.UNDER_REVIEW: "Under Review, or the approved version before",
    State.CHANGES_REQUESTED: "the version before, or Under Review",
    State.APPROVED: "Approved; Under Review with caution once its shelf life is over",
    State.SUPERSEDED: "the newer version",
    State.SUSPENDED: "Under Review, with caution",
    State.WITHDRAWN: "the version before, or 404",
    State.REJECTED: "the version before, or 404",
    State.RETRACTED: "a tombstone with the notice (HTTP 410)",
}


def after(state: str, action: Action) -> State:
    """Return the state that ``action`` leads to from ``state``. Raises InvalidTransition if the table has none."""
    target = TRANSITIONS.get((State(state), action))
    if target is None:
        raise InvalidTransition(f"Not possible while the version is {State(state).label}: {action.label}.")
    return target


def allow(state: str, act: Act) -> None:
    """Raise InvalidTransition unless ``act`` is possible in ``state``."""
    if State(state) not in ACTS[act]:
        raise InvalidTransition(f"Not possible while the version is {State(state).label}: {act.label}.")


def blocked_by_other_version(action: Action | Act, *, others: Iterable[tuple[int, str]]) -> InvalidTransition | None:
    """Return the error if another version of the article blocks ``action``; else None.

    ``others`` are the numbers and states of the article's other versions.
    """
    blocking = BLOCKED_BY.get(action)
    numbers = [number for number, state in others if blocking and state in blocking.states]
    return (
        InvalidTransition(blocking.words.format(number=numbers[0]), code=blocking.code)
        if blocking and numbers
        else None
    )
