"""Who sits at the keyboard: password and second factor, asked at a login and again for what only that person may do."""

from datetime import datetime

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from editorial import second_factor
from editorial.exceptions import Fault, Unacceptable
from editorial.models import User

WRONG = Fault("/password", "wrong_password", "This is not your password.")


def confirm(request: HttpRequest, user: User, *, password: str, code: str, now: datetime) -> None:
    """Raise Unacceptable unless both are those of ``user``, who is logged in; ``code`` if a second factor is set up.

    A wrong one counts as a failed login, so guessing is locked out.
    """
    confirm_password(request, user, password=password)
    confirm_code(request, user, code=code, now=now)


def confirm_password(request: HttpRequest, user: User, *, password: str) -> None:
    if authenticate(request, username=user.get_username(), password=password) != user:
        raise Unacceptable(WRONG.detail, faults=(WRONG,))


def confirm_code(request: HttpRequest, user: User, *, code: str, now: datetime) -> None:
    """The second half of ``confirm``, for those whose password was found right: they log in."""
    try:
        second_factor.prove(account=user, code=code, by=user, now=now)
    except Unacceptable as refusal:
        if refusal.code != second_factor.NEEDED.code:
            credentials = {"username": user.get_username()}
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        raise


class CodeInput(forms.PasswordInput):
    """Readable while it is typed, and never shown again: each code is taken once."""

    input_type = "text"


def password_field() -> forms.CharField:
    return forms.CharField(
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
        max_length=1000,
        help_text="It says that it is you. After ten wrong ones you have to wait for a quarter of an hour.",
    )


def code_field(label: str, *, help_text: str, required: bool = True) -> forms.CharField:
    typed = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    widget = CodeInput(attrs=typed)
    return forms.CharField(label=label, widget=widget, max_length=100, help_text=help_text, required=required)
