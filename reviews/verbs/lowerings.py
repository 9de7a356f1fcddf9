"""The verbs of a proposal to lower the requirements of a running round."""

from editorial.verbs.table import Verb
from reviews import actions

CONFIRM = Verb(
    name="confirm",
    action=actions.confirm_lowering,
    label="Confirm the lower requirements",
    explain="The running round is judged by the classification that is proposed. Earlier signatures do not count "
    "until their signers confirm them. Everyone in the round is notified.",
    done="Confirmed. Everyone in the round has been notified. Signers are asked to confirm their signatures.",
    is_grave=True,
    summary="Confirm a lowering",
)
REFUSE = Verb(
    name="refuse",
    action=actions.refuse_lowering,
    label="Refuse and keep the requirements",
    explain="The round goes on as it is. Everyone in the round is notified. The person who proposed it can withdraw "
    "it this way.",
    done="Refused. The round goes on as it is.",
    is_main=True,
    summary="Refuse a lowering",
)
