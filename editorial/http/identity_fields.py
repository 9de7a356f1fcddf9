"""Fields of forms that ask who is at the keyboard, or what a change of it ends."""

from django import forms


def keep_tokens_field() -> forms.BooleanField:
    help_text = (
        "Your other sessions, the links in earlier mails and your calendar's address end in any case. You stay logged "
        "in here. Keep the tokens only if nobody else can know them."
    )
    return forms.BooleanField(label="Keep my API tokens", label_suffix="", required=False, help_text=help_text)


code_attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class CodeInput(forms.PasswordInput):
    """An input that is readable while typing and never filled in again, because each code is valid once."""

    input_type = "text"


class PasskeyInput(forms.HiddenInput):
    """A hidden input with a button that asks the browser for a passkey and sends the form. It needs JavaScript."""

    template_name = "admin/editorial/passkey_input.html"
    input_type = "hidden"

    @property
    def is_hidden(self) -> bool:
        """Shown as a field, because of the button."""
        return False


def password_field() -> forms.CharField:
    return forms.CharField(
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
        max_length=1000,
        help_text="Confirms your identity. After ten wrong passwords you have to wait 15 minutes.",
    )


def code_field(label: str, *, help_text: str, required: bool = True) -> forms.CharField:
    widget = CodeInput(attrs=code_attributes)
    return forms.CharField(label=label, widget=widget, max_length=100, help_text=help_text, required=required)
