"""Forms that ask for the password again, and for the code of a second factor if one is set up; or for a passkey."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.http import HttpRequest

from editorial.accounts.second_factor import has_second_factor, second_factors
from editorial.admin.model_admin import actor
from editorial.exceptions import Unacceptable
from editorial.http.idempotency import SECRETS
from editorial.http.identity_fields import PasskeyInput, code_field, password_field
from editorial.http.passwords import confirm_identity, confirm_passkey
from editorial.verbs.form_errors import add_refusal
from editorial.verbs.forms import VerbForm


class ConfirmingForm(VerbForm):
    """Asks for a passkey, or password and code, and checks them only if all other fields are valid.

    A code is valid once. ``means`` says afterwards by what the person was identified.
    """

    request: HttpRequest
    means: list[str]
    passkey = forms.CharField(widget=PasskeyInput, required=False, label="", max_length=10_000)
    password = password_field()
    code = code_field(
        "Code of your second factor",
        help_text="The six digits that your app shows now, or a recovery code. Each works once.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = actor(self.request)
        if not has_second_factor(account):
            del self.fields["code"]
        if not second_factors().filter(user=account, type=Authenticator.Type.WEBAUTHN).exists():
            del self.fields["passkey"]
        if self.data.get("passkey"):
            self.fields["password"].required = False
            self.fields["code"].required = False

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            try:
                self.means = self._confirm()
            except Unacceptable as refusal:
                add_refusal(self, refusal)
        return self.cleaned_data

    def _confirm(self) -> list[str]:
        account, typed = actor(self.request), self.cleaned_data
        if typed.get("passkey"):
            return confirm_passkey(account, passkey=typed["passkey"])
        return confirm_identity(self.request, account, password=typed["password"], code=typed.get("code", ""))

    def arguments(self) -> dict[str, object]:
        """Return the data without what identifies the person, which only the form needs."""
        return {name: value for name, value in self.cleaned_data.items() if name not in SECRETS}
