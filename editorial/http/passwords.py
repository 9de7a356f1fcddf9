"""Check password and second factor: at a login, and again before actions that need a confirmed identity."""

from datetime import datetime

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from editorial.accounts import second_factor
from editorial.accounts.access import end_access
from editorial.exceptions import Fault, Unacceptable
from editorial.models import User

WRONG = Fault("/password", "wrong_password", "This is not your password.")


def confirm_identity(request: HttpRequest, user: User, *, password: str, code: str, now: datetime) -> None:
    """Raise Unacceptable unless ``password``, and ``code`` if a second factor is set up, are those of ``user``.

    A wrong password or code counts as a failed login, so guessing locks the account.
    """
    confirm_password(request, user, password=password)
    confirm_code(request, user, code=code, now=now)


def confirm_password(request: HttpRequest, user: User, *, password: str) -> None:
    if authenticate(request, username=user.get_username(), password=password) != user:
        raise Unacceptable(WRONG.detail, faults=(WRONG,))


def confirm_code(request: HttpRequest, user: User, *, code: str, now: datetime) -> None:
    """Check only the code, for a login whose password was correct. Raises as ``confirm_identity`` does."""
    try:
        second_factor.verify_code(account=user, code=code, by=user, now=now)
    except Unacceptable as refusal:
        if refusal.code != second_factor.NEEDED.code:
            credentials = {"username": user.get_username()}
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        raise


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


def keep_tokens_field() -> forms.BooleanField:
    help_text = (
        "Your other sessions, the links in earlier mails and your calendar's address end in any case. You stay logged "
        "in here. Keep the tokens only if nobody else can know them."
    )
    return forms.BooleanField(label="Keep my API tokens", label_suffix="", required=False, help_text=help_text)


class CodeInput(forms.PasswordInput):
    """An input that is readable while typing and never filled in again, because each code is valid once."""

    input_type = "text"


def password_field() -> forms.CharField:
    return forms.CharField(
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
        max_length=1000,
        help_text="Confirms your identity. After ten wrong passwords you have to wait 15 minutes.",
    )


def code_field(label: str, *, help_text: str, required: bool = True) -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    widget = CodeInput(attrs=attributes)
    return forms.CharField(label=label, widget=widget, max_length=100, help_text=help_text, required=required)
