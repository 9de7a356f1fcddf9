"""Check password, code and passkey: at a login, and again before actions that need a confirmed identity."""

from typing import Any

from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from editorial.accounts.access import end_access
from editorial.accounts.invitations import account_of_address
from editorial.accounts.second_factor import has_second_factor
from editorial.exceptions import Fault, Unacceptable
from editorial.http.second_factor_forms import ReauthenticateForm, ReauthenticateWebAuthnForm
from editorial.models import User

WRONG = Fault("/password", "wrong_password", "This is not your password.")
CODE_NEEDED = Fault("/code", "code_required", "Enter the code that your second factor shows.")
CODE_WRONG = Fault("/code", "wrong_code", "This code is wrong, too old, or was used already.")
LOCKED_OUT = Fault("/code", "too_many_wrong_codes", "Too many wrong codes. Wait 15 minutes.")
PASSKEY_WRONG = Fault(
    "/passkey", "wrong_passkey", "This passkey is not yours, or it was asked too long ago. Try again."
)


def confirm_identity(request: HttpRequest, user: User, *, password: str, code: str) -> list[str]:
    """Return by what ``user`` was identified: the password, and the kind of second factor if one is set up.

    Raises Unacceptable for a wrong one. Wrong passwords count as failed logins; so do wrong codes, apart from them.
    """
    confirm_password(request, user, password=password)
    return ["password", *confirm_code(user, code=code)]


def confirm_password(request: HttpRequest, user: User, *, password: str) -> None:
    if authenticate(request, username=user.get_username(), password=password) != user:
        raise Unacceptable(WRONG.detail, faults=(WRONG,))


def confirm_code(user: User, *, code: str) -> list[str]:
    """Return the kind of the factor that ``code`` belongs to, and spend the code; nothing if ``user`` has no factor.

    For a login whose password was correct. Raises Unacceptable with a fault at ``/code`` if the code is missing, wrong,
    spent, or one too many.
    """
    if not has_second_factor(user):
        return []
    form = ReauthenticateForm({"code": code}, user=user)
    if not form.is_valid():
        (refused,) = form.errors.as_data()["code"]
        fault = {"required": CODE_NEEDED, "too_many_login_attempts": LOCKED_OUT}.get(str(refused.code), CODE_WRONG)
        raise Unacceptable(fault.detail, faults=(fault,), code=fault.code)
    form.authenticator.record_usage()
    return [form.authenticator.type]


def confirm_passkey(user: User, *, passkey: str) -> list[str]:
    """Return ``["webauthn"]`` if ``passkey``, an assertion as JSON, is by one of the passkeys of ``user``.

    The challenge is the one that ``passkey_options`` put into the session. Raises Unacceptable with a fault at
    ``/passkey``.
    """
    form = ReauthenticateWebAuthnForm({"credential": passkey}, user=user)
    if not form.is_valid():
        raise Unacceptable(PASSKEY_WRONG.detail, faults=(PASSKEY_WRONG,), code=PASSKEY_WRONG.code)
    form.cleaned_data["credential"].record_usage()
    return ["webauthn"]


@never_cache
@login_required
def passkey_options(request: HttpRequest) -> JsonResponse:
    """Return what a browser asks a passkey of the person who is logged in, with a new challenge."""
    return JsonResponse({"request_options": begin_authentication(request.user)})


def counted_name(_request: Any, credentials: dict[str, Any] | None) -> str:
    """Return the name under which axes counts wrong passwords: the account's, however its address was typed.

    Otherwise each spelling of an address, which may have small and capital letters, would be counted on its own.
    """
    typed = str((credentials or {}).get("username", ""))
    account = account_of_address(typed) if "@" in typed else None
    return account.get_username() if account else typed


class PasswordHook:
    """Ends an account's access after ``manage.py changepassword``, or ``set_password`` and ``save`` in a shell.

    Django calls ``password_changed`` of each password validator, whatever code saves the password. The action
    ``change_password`` ends the access itself, because it knows who acts and what is kept. Nothing is refused here.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Accept every password; the other validators judge it."""

    def get_help_text(self) -> str:
        return "A new password ends the account's other sessions, API tokens, links in mails and calendar address."

    def password_changed(self, password: str, user: User | None = None) -> None:
        """End the access of ``user``, unless the account was only just created."""
        if user and user.history.exclude(history_type="+").exists():
            end_access(account=user, event="password changed", by=User.objects.system(), now=timezone.now())
