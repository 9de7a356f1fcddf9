"""How this site uses allauth: who may log in, and how factors are named and stored."""

from typing import Any
from urllib.parse import urlsplit

import segno
from allauth.account import auth_backends, forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from editorial.accounts.encryption import decrypted, encrypted
from editorial.accounts.recovery_codes import MARK, DigestedCode
from editorial.accounts.second_factor import has_second_factor
from editorial.actions import ask_to_change_address, change_address
from editorial.http.identity_fields import password_field
from editorial.http.sessions import keep_session, mark_begin
from editorial.http.throttling import client_address
from editorial.models import User
from editorial.permissions import works_here

NO_ROLE = "This account has no role on this site. Ask an administrator for one."
WAYS = {
    "reauthenticate": "Type your password",
    "mfa_reauthenticate": "Type a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}
WRONG = "This name and this password do not belong together. Capitals matter in the password."


class LoginForm(forms.LoginForm):
    """Name or address, and password. A second factor is asked for on a page of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.help_text = "Username or e-mail address", ""
        login.widget.attrs = {"autocomplete": "username webauthn", "autocapitalize": "none", "autofocus": True}
        del password.widget.attrs["placeholder"]


class ReauthenticateForm(forms.ReauthenticateForm):
    """Asks for the password once more."""

    password = password_field()


class AuthenticationBackend(auth_backends.AuthenticationBackend):
    """Finds the account by name or address in one query, and checks one password whether there is one or not.

    allauth's own takes longer for an address that an account has, from which a stranger would learn that it has one.
    """

    def _authenticate(self, request: HttpRequest | None, **credentials: str) -> User | None:
        login = credentials.get("username") or credentials.get("email", "")
        accounts = User.objects.filter(Q(email=login.lower()) | Q(username__iexact=login), ~Q(email="", username=""))
        for account in accounts.order_by("pk"):
            if self._check_password(account, credentials["password"]):
                return account
        return None


class AccountAdapter(DefaultAccountAdapter):
    """Lets in people with a role on this site. Wrong passwords are counted by axes, by name and address together."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "email_password_mismatch": WRONG,
        "incorrect_password": "This is not your password.",
        "incorrect_code": "This code is wrong, too old, or was used already.",
        "too_many_login_attempts": "Too many wrong codes. Wait 15 minutes.",
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count nothing: allauth would count by name alone, by which one person can lock out another."""

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Turn away who has no role here; nobody is logged in then."""
        response = super().pre_login(request, user, **kwargs)
        if response or works_here(user):
            return response
        messages.error(request, NO_ROLE)
        return HttpResponseRedirect(reverse("account_login"))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """Return the pages on which ``user`` can confirm their identity, the best one first.

        That for the password only without a second factor: a stolen password must not be enough to replace one.
        """
        methods = super().get_reauthentication_methods(user)
        if has_second_factor(user):
            methods = [method for method in methods[::-1] if method["id"] != "reauthenticate"]
        return [{**method, "description": WAYS[method["id"]]} for method in methods]

    def send_confirmation_mail(
        self,
        request: HttpRequest,
        emailconfirmation: EmailConfirmationHMAC,
        signup: bool,  # noqa: FBT001 - allauth's
    ) -> None:
        """Queue the mails of a wanted address, to the new one and to the old one."""
        account: Any = request.user
        ask_to_change_address(address_id=emailconfirmation.email_address.pk, by=account, now=timezone.now())

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Change the address of the account by the action, and keep the session in use."""
        account: Any = request.user
        change_address(address_id=email_address.pk, by=account, now=timezone.now())
        keep_session(request, account.pk)
        return True

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Let people take back an address that they want to change to, and no other."""
        return not email_address.verified

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        mark_begin(request)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Show errors only: the pages say by themselves what was done."""
        if level == messages.ERROR:
            super().add_message(request, level, *args, **kwargs)


class MFAAdapter(DefaultMFAAdapter):
    """Encrypts what is stored of factors, and names them as this site does."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is wrong, too old, or was used already.",
    }

    def encrypt(self, text: str) -> str:
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; a random one, which nobody knows, if the key that encrypted it was removed."""
        try:
            text = decrypted(encrypted_text)
        except InvalidToken:
            return generate_totp_secret()
        return DigestedCode(text) if text.startswith(MARK) else text

    def build_totp_svg(self, url: str) -> str:
        """Return a QR code, black on white also in the dark theme, because cameras need that."""
        return segno.make(url, error="m", micro=False).svg_inline(scale=4, dark="#000", light="#fff", title="QR code")

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's name
        """Return the name that a new passkey gets if its owner gives none."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return for which host passkeys are: that of ``SITE_URL``, or in development the one that was asked."""
        host = context.request.get_host() if settings.DEBUG else urlsplit(settings.SITE_URL).netloc
        return {"id": host.partition(":")[0], "name": settings.SITE_NAME}
