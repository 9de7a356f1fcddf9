"""The password of who is logged in already, asked again for what only they may do."""

from django.contrib.auth import authenticate
from django.http import HttpRequest

from editorial.models import User

WRONG = "This is not your password."


def confirms(request: HttpRequest, user: User, password: str) -> bool:
    """Whether ``password`` is that of ``user``; a wrong one counts as a failed login, so guessing is locked out."""
    return authenticate(request, username=user.get_username(), password=password) == user
