"""Sessions and API tokens end with a board term, and the session in use survives its owner's own changes."""

import logging
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth import middleware, update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox import auth
from rest_framework.exceptions import AuthenticationFailed

from editorial.models import ApiToken, User
from editorial.permissions import AnyUser, term_changed

logger = logging.getLogger(__name__)

BEGUN_AT = "begun_at"
"""Session key of the time of the log-in."""


def mark_begin(request: HttpRequest) -> None:
    """Store the time of the log-in in a session that has none yet."""
    request.session.setdefault(BEGUN_AT, timezone.now().isoformat())


def keep_session(request: HttpRequest, account_id: int) -> None:
    """Keep the session in use if it belongs to this account, whose other sessions were just ended."""
    if request.user.pk == account_id:
        update_session_auth_hash(request, User.objects.get(pk=account_id))


class AuthenticationMiddleware(middleware.AuthenticationMiddleware):
    """Django's, but a session from before a board term began or ended is ended when it is used."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_user_of, request))  # type: ignore[assignment]


def _user_of(request: HttpRequest) -> AnyUser:
    user: Any = middleware.get_user(request)
    begun_at = request.session.get(BEGUN_AT) if user.is_authenticated else None
    if begun_at and term_changed(user, since=datetime.fromisoformat(begun_at), now=timezone.now()):
        request.session.flush()
        return AnonymousUser()
    return user


class TokenAuthentication(auth.TokenAuthentication):
    """Knox's, but a token from before a board term began or ended is refused, and its last use is stored."""

    def validate_user(self, auth_token: ApiToken) -> tuple[User, ApiToken]:
        user, token = super().validate_user(auth_token)
        now = timezone.now()
        if term_changed(user, since=token.created, now=now):
            raise AuthenticationFailed("This token ended with the change of your term on the board. Log in again.")
        try:
            ApiToken.objects.note_use(token, now=now)
        except DatabaseError as error:
            logger.warning("the use of a token could not be stored: %s", type(error).__name__)
        return user, token


class TokenScheme(KnoxTokenScheme):
    """Describes these tokens in the API's schema as Knox's are."""

    target_class = "editorial.http.sessions.TokenAuthentication"
