"""The life cycle of a review: the table of transitions and its lookup. ``docs/lifecycle.md`` is drawn from it."""

from collections.abc import Mapping

from django.db.models import TextChoices

from articles.lifecycle import IN_REVIEW
from articles.lifecycle import State as VersionState
from editorial.exceptions import InvalidTransition


class State(TextChoices):
    INVITED = "invited", "invited"
    ACCEPTED = "accepted", "accepted"
    SIGNED = "signed", "signed"
    DECLINED = "declined", "declined"
    RECUSED = "recused", "recused"
    CANCELLED = "cancelled", "cancelled"
    LAPSED = "lapsed", "lapsed"


class Action(TextChoices):
    ACCEPT = "accept", "accept"
    SIGN = "sign", "sign"
    WITHDRAW_SIGNATURE = "withdraw_signature", "withdraw the signature"
    DECLINE = "decline", "decline"
    RECUSE = "recuse", "recuse"
    CANCEL = "cancel", "cancel"
    LAPSE = "lapse", "lapse"


class Act(TextChoices):
    """What can be done in a review without a change of state."""

    COMMENT = "comment", "comment"
    CHECK_CLAIM = "check_claim", "check a claim"
    ANSWER = "answer_checklist", "answer the checklist"
    CONFIRM = "confirm_signature", "confirm the signature"
    EXTEND = "extend", "extend"
    REMIND = "remind", "remind"
    REVOKE_LINKS = "revoke_links", "withdraw the links in the mail"
    HAND_OVER = "hand_over", "hand over unsigned work"
    WAIVE = "waive", "waive a conflict of interest"


TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.INVITED, Action.ACCEPT): State.ACCEPTED,
    (State.INVITED, Action.DECLINE): State.DECLINED,
    (State.INVITED, Action.RECUSE): State.RECUSED,
    (State.INVITED, Action.CANCEL): State.CANCELLED,
    (State.INVITED, Action.LAPSE): State.LAPSED,
    (State.ACCEPTED, Action.SIGN): State.SIGNED,
    (State.ACCEPTED, Action.DECLINE): State.DECLINED,
    (State.ACCEPTED, Action.RECUSE): State.RECUSED,
    (State.ACCEPTED, Action.CANCEL): State.CANCELLED,
    (State.ACCEPTED, Action.LAPSE): State.LAPSED,
    (State.SIGNED, Action.WITHDRAW_SIGNATURE): State.ACCEPTED,
}

OPEN = frozenset({State.INVITED, State.ACCEPTED})
"""The member has something to do."""

ENDED = frozenset({State.DECLINED, State.RECUSED, State.CANCELLED, State.LAPSED})
"""The review is over and was never signed. Objections in it still bind the article."""
LIVE = OPEN | {State.SIGNED}
"""The member takes part in the round. A member does so once per round."""

ACTS: Mapping[Act, frozenset[State]] = {
    Act.COMMENT: frozenset({State.ACCEPTED}),
    Act.CHECK_CLAIM: frozenset({State.ACCEPTED}),
    Act.ANSWER: frozenset({State.ACCEPTED}),
    Act.CONFIRM: frozenset({State.SIGNED}),
    Act.EXTEND: OPEN,
    Act.REMIND: OPEN,
    Act.REVOKE_LINKS: frozenset({State.INVITED}),
    Act.HAND_OVER: ENDED,
    Act.WAIVE: LIVE,
}

ANSWERABLE = frozenset(VersionState) - IN_REVIEW - {VersionState.DRAFT}
"""States of a version whose round is over. Its writers may answer comments then. PostgreSQL has the same rule."""


def after(state: str, action: Action) -> State:
    """Return the state to which ``action`` leads from ``state``. Raises InvalidTransition if there is none."""
    target = TRANSITIONS.get((State(state), action))
    if target is None:
        raise InvalidTransition(f"Not possible while the review is {State(state).label}: {action.label}.")
    return target


def allow(state: str, act: Act) -> None:
    """Raise InvalidTransition unless ``act`` is possible in ``state``."""
    if State(state) not in ACTS[act]:
        raise InvalidTransition(f"Not possible while the review is {State(state).label}: {act.label}.")
