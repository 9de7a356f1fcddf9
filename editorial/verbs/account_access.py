"""The verbs that end the sessions and API tokens of someone else, for administrators."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from editorial.actions import log_out_everywhere, revoke_token
from editorial.models import ApiToken, User
from editorial.verbs.forms import ReasonForm
from editorial.verbs.table import Verb


class TokenChoiceForm(ReasonForm):
    """Asks which token, and for a reason."""

    field_order = ("token_id", "reason")
    subject: User
    token_id = forms.TypedChoiceField(label="Token", coerce=UUID, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tokens = ApiToken.objects.filter(user=self.subject).valid(at=timezone.now()).in_order()
        choices = [(one.public_id, f"{one.name} ({', '.join(one.scopes)})") for one in tokens]
        self.fields["token_id"].choices = choices  # type: ignore[attr-defined]


LOG_OUT_EVERYWHERE = Verb(
    name="log-out-everywhere",
    action=log_out_everywhere,
    label="Log out everywhere",
    form=ReasonForm,
    explain="For a lost or stolen device, or an account that someone else may use. All sessions, API tokens, answer "
    "links and the calendar address end. The password stays valid: set a new one if someone else may know it. The "
    "owner gets a mail with your reason.",
    done="The account is logged out everywhere.",
    is_grave=True,
)
REVOKE_TOKEN = Verb(
    name="revoke-token",
    action=revoke_token,
    label="Revoke an API token",
    form=TokenChoiceForm,
    explain="Programs that use the token can no longer log in. The owner gets a mail with your reason.",
    done="The token is revoked.",
    is_grave=True,
)
ACCESS_VERBS = (LOG_OUT_EVERYWHERE, REVOKE_TOKEN)
