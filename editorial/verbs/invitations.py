"""The verbs of an invitation to an account."""

from editorial.actions import renew_invitation, revoke_invitation
from editorial.verbs.forms import OptionalReasonForm
from editorial.verbs.table import Verb

RENEW = Verb(
    name="renew",
    action=renew_invitation,
    label="Send a new link",
    explain="The person gets a mail with a new link, valid for 14 days. The link in earlier mails stops working.",
    done="The mail with the new link is on its way.",
    is_main=True,
    makes=True,
)
REVOKE = Verb(
    name="revoke",
    action=revoke_invitation,
    label="Revoke the invitation",
    form=OptionalReasonForm,
    explain="The link stops working and the account is closed. To undo this, send a new link.",
    done="The invitation is revoked, and the account is closed.",
    is_grave=True,
)
