"""From where and when each session was last used, for the page “My account”."""

import logging
from collections.abc import Callable

from django.core.cache.backends.locmem import LocMemCache
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from editorial.http.sessions import BEGUN_AT
from editorial.http.throttling import client_address
from editorial.models import AccountSession
from editorial.models.account_sessions import MAX_USER_AGENT, SEEN_EVERY

logger = logging.getLogger(__name__)

lately_noted = LocMemCache("sessions lately noted", {})
"""Keys of the sessions whose use this process stored within the last minute."""


class SessionUseMiddleware:
    """Stores from where and when each session was last used, for the page “My account”."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Store the use after the response, if the request used the session."""
        response = self.get_response(request)
        if request.session.accessed:
            note_session(request)
        return response


def note_session(request: HttpRequest) -> None:
    """Store the use of the session of an account, at most once a minute.

    Each process remembers for a minute which sessions it stored, so most requests need no query. An outage of the
    database, in which reading may still work, is logged.
    """
    key = request.session.session_key
    if not key or not request.user.is_authenticated:
        return
    if not lately_noted.add(key, value=True, timeout=SEEN_EVERY.total_seconds()):
        return
    now = timezone.now()
    try:
        AccountSession.objects.note_use(
            user_id=request.user.pk,
            session_key=key,
            address=client_address(request) or None,
            user_agent=request.headers.get("User-Agent", "")[:MAX_USER_AGENT],
            begun_at=request.session.get(BEGUN_AT, now),
            now=now,
        )
    except DatabaseError as error:
        logger.warning("the use of a session could not be stored: %s", type(error).__name__)
