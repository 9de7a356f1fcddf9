"""The sessions of an account as its owner sees them: device, network address, begin and last use."""

from datetime import datetime, timedelta
from typing import Self

from django.contrib.sessions.models import Session
from django.db import connections, models
from django.db.models import Exists, OuterRef

from editorial.models.accounts import User

SEEN_EVERY = timedelta(minutes=1)
MAX_USER_AGENT = 200

NOTE_USE = """
    INSERT INTO editorial_accountsession AS stored (user_id, session_key, address, user_agent, begun_at, last_seen_at)
    VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (session_key) DO UPDATE
    SET address = EXCLUDED.address, user_agent = EXCLUDED.user_agent, last_seen_at = EXCLUDED.last_seen_at
    WHERE stored.last_seen_at <= %s
"""


class AccountSessionQuerySet(models.QuerySet["AccountSession"]):
    def live(self, *, at: datetime) -> Self:
        """Sessions that have neither ended nor expired."""
        stored = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=at)
        return self.filter(Exists(stored))

    def ended(self) -> Self:
        """Rows whose session is no longer stored."""
        return self.exclude(Exists(Session.objects.filter(session_key=OuterRef("session_key"))))

    def note_use(
        self,
        *,
        user_id: int,
        session_key: str,
        address: str | None,
        user_agent: str,
        begun_at: datetime | str,
        now: datetime,
    ) -> None:
        """Store that a session was used, unless that was stored less than a minute ago. One statement."""
        values = (user_id, session_key, address, user_agent, begun_at, now, now - SEEN_EVERY)
        with connections[self.db].cursor() as cursor:
            cursor.execute(NOTE_USE, values)

    def in_order(self) -> Self:
        """Last used first."""
        return self.order_by("-last_seen_at", "pk")


class AccountSession(models.Model):
    """What is known of a session of Django's that belongs to an account.

    It has the shape of ``UserSession`` of django-allauth, which requires a network address and writes at each request.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="account_sessions")
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    address = models.GenericIPAddressField(null=True, help_text="IPv4, or the first address of an IPv6 network.")
    user_agent = models.CharField(max_length=MAX_USER_AGENT, blank=True)
    begun_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(help_text="To the minute.")

    objects = AccountSessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"session of {self.user}"
