"""Forms that ask for the password again, and for the code of a second factor if one is set up."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from editorial.accounts.second_factor import second_factor_of
from editorial.admin.model_admin import actor
from editorial.exceptions import Unacceptable
from editorial.http.idempotency import SECRETS
from editorial.http.passwords import code_field, confirm_identity, password_field
from editorial.verbs.form_errors import add_refusal
from editorial.verbs.forms import VerbForm


class ConfirmingForm(VerbForm):
    """Asks for password and code, and checks them only if all other fields are valid, because a code is valid once."""

    request: HttpRequest
    password = password_field()
    code = code_field(
        "Code of your second factor",
        help_text="The six digits that your app shows now, or a recovery code. Each works once.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if second_factor_of(actor(self.request)) is None:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            code = self.cleaned_data.get("code", "")
            try:
                password = self.cleaned_data["password"]
                confirm_identity(self.request, actor(self.request), password=password, code=code, now=timezone.now())
            except Unacceptable as refusal:
                add_refusal(self, refusal)
        return self.cleaned_data

    def arguments(self) -> dict[str, object]:
        """Return the data without password and code, which only the form needs."""
        return {name: value for name, value in self.cleaned_data.items() if name not in SECRETS}
