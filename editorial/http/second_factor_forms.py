"""allauth's forms of second factors, with what this site adds.

An app's secret from before the site's key was changed still counts, a copied passkey is noticed, and a change of a
factor asks whether API tokens are kept.
"""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.db import transaction
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from editorial.accounts.recovery_codes import without_separators
from editorial.http.identity_fields import code_attributes, keep_tokens_field

FORMER = "former_secrets"
"""Where an app's possible other secrets are kept, if it was set up under another secret key of this site."""

COUNT = "sign_count"
"""Where the count of a passkey's newest signature is kept. One that is copied counts apart from the original."""


class CodeForm(base.BaseAuthenticateForm):
    """Asks for a code of the app, or a recovery code."""

    code = forms.CharField(
        label="Code",
        label_suffix="",
        max_length=100,
        widget=forms.TextInput(attrs={**code_attributes, "autofocus": True}),
        help_text="The six digits that your app shows now, or a recovery code. Each works once.",
    )

    def clean_code(self) -> str:
        self.cleaned_data["code"] = code = without_separators(self.cleaned_data["code"])
        with transaction.atomic():
            _find_secret(self.user, code)
        return super().clean_code()


def _find_secret(user: Any, code: str) -> None:
    """Make the one of the app's former secrets that ``code`` belongs to its secret, if there is one."""
    of_user = Authenticator.objects.select_for_update(no_key=True).filter(user=user, type=Authenticator.Type.TOTP)
    app = of_user.filter(data__has_key=FORMER).first()
    for stored in app.data[FORMER] if app else ():
        if validate_totp_code(decrypt(stored), code):
            app.data = {"secret": stored}
            app.save()


class AuthenticateForm(CodeForm, base.AuthenticateForm):
    """Asks for the code at a log-in."""


class ReauthenticateForm(CodeForm, base.ReauthenticateForm):
    """Asks for the code again."""


class ActivateTOTPForm(totp.ActivateTOTPForm):
    code = forms.CharField(
        label="Code",
        label_suffix="",
        widget=forms.TextInput(attrs=code_attributes),
        help_text="The six digits that your app shows now.",
    )
    keep_tokens = keep_tokens_field()

    def clean_code(self) -> str:
        self.cleaned_data["code"] = without_separators(self.cleaned_data["code"])
        return super().clean_code()


class DeactivateTOTPForm(totp.DeactivateTOTPForm):
    keep_tokens = keep_tokens_field()


def _parsed(kind: Any, credential: Any) -> Any:
    """Return what the browser sent as ``kind``. Raises ValidationError for anything else, where allauth would fail."""
    try:
        return kind.from_dict(credential)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise get_adapter().validation_error("incorrect_code") from None


class AddWebAuthnForm(webauthn.AddWebAuthnForm):
    name = forms.CharField(
        label="Name",
        label_suffix="",
        max_length=60,
        required=False,
        help_text="By which you know it from others: the name of the phone, computer or key.",
    )
    passwordless = forms.BooleanField(
        label="Log in with it alone, without the password",
        label_suffix="",
        required=False,
        initial=True,
        help_text="It has to know you by fingerprint, face or PIN. Without this it takes the place of the code.",
    )
    keep_tokens = keep_tokens_field()
    field_order = ["name", "passwordless", "keep_tokens"]

    def clean_credential(self) -> Any:
        _parsed(RegistrationResponse, self.cleaned_data["credential"])
        return self.cleaned_data["credential"]


class CountingForm(webauthn.AuthenticateWebAuthnForm):
    """Refuses a passkey whose count of signatures does not grow, because somebody has a copy of it.

    WebAuthn Level 3, section 6.1.1. Passkeys that are kept in sync between devices count nothing: 0.
    """

    def clean_credential(self) -> Authenticator:
        response = _parsed(AuthenticationResponse, self.cleaned_data["credential"])
        authenticator = super().clean_credential()
        count = response.response.authenticator_data.counter
        with transaction.atomic():
            stored = Authenticator.objects.select_for_update(no_key=True).get(pk=authenticator.pk)
            known = stored.data.get(COUNT, stored.wrap().authenticator_data.counter)
            if (count or known) and count <= known:
                raise get_adapter().validation_error("incorrect_code")
            stored.data[COUNT] = count
            stored.save()
        return stored


class AuthenticateWebAuthnForm(CountingForm):
    pass


class LoginWebAuthnForm(CountingForm, webauthn.LoginWebAuthnForm):
    pass


class ReauthenticateWebAuthnForm(CountingForm, webauthn.ReauthenticateWebAuthnForm):
    pass
