"""Sessions and API tokens end with a board term, and the session in use survives its owner's own changes.

A session ends 12 hours after the log-in, and its key changes when its owner confirms who they are.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import middleware, update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
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


def renews_session(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return allauth's ``view``, after which a session in which the person confirmed who they are has a new key."""

    @wraps(view)
    def renewed(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        before = list(request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, ()))
        response = view(request, **kwargs)
        if request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []) != before:
            request.session.cycle_key()
        return response

    return renewed


def keep_session(request: HttpRequest, account_id: int) -> None:
    """Keep the session in use if it belongs to this account, whose other sessions were just ended."""
    if request.user.pk == account_id:
        update_session_auth_hash(request, User.objects.get(pk=account_id))


class AuthenticationMiddleware(middleware.AuthenticationMiddleware):
    """Django's, but an old session is ended when it is used.

    That is one from ``SESSION_COOKIE_AGE`` ago, which Django counts from the last change of the session's data, or from
    before a board term began or ended.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(_user_of, request))  # type: ignore[assignment]


def _user_of(request: HttpRequest) -> AnyUser:
    user: Any = middleware.get_user(request)
    begun_at = request.session.get(BEGUN_AT) if user.is_authenticated else None
    if begun_at and _is_over(user, begun_at=datetime.fromisoformat(begun_at), now=timezone.now()):
        request.session.flush()
        return AnonymousUser()
    return user


def _is_over(user: AnyUser, *, begun_at: datetime, now: datetime) -> bool:
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return now - begun_at >= longest or term_changed(user, since=begun_at, now=now)


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
