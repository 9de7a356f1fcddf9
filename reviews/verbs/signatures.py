"""The verbs that end a signature: its signer withdraws it, or an editor sets it aside."""

from editorial.verbs.bodies import ReasonSerializer
from editorial.verbs.forms import ReasonForm
from editorial.verbs.table import Verb
from reviews import actions

WITHDRAW_SIGNATURE = Verb(
    name="withdraw_signature",
    action=actions.withdraw_signature,
    label="Withdraw the signature",
    form=ReasonForm,
    explain="Until the round is decided, you can withdraw your signature and sign again. Both stay on record.",
    done="The signature is withdrawn.",
    is_grave=True,
    summary="Withdraw a signature",
    body=ReasonSerializer,
)
SET_ASIDE = Verb(
    name="set_aside",
    action=actions.set_aside,
    label="Set the signature aside",
    form=ReasonForm,
    explain="The signature no longer counts, and its signer receives your reason. Both stay on record. If the "
    "version is approved and the other signatures alone do not satisfy the policy, the approval is suspended at once. "
    "Readers then see Under Review and that a signature was set aside, but not your reason. It never approves a round.",
    done="The signature is set aside. Its signer has been notified.",
    is_grave=True,
    summary="Set a signature aside",
    body=ReasonSerializer,
)
