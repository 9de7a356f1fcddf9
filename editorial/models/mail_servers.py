"""The status of the mail server, shared by all workers."""

from datetime import datetime
from enum import StrEnum

from django.db import models
from django.db.models import Q


class CircuitState(StrEnum):
    """The states of a circuit breaker."""

    CLOSED = "closed"
    """Mail is sent."""
    OPEN = "open"
    """The server rests, or one worker tries a single mail: nothing else is sent."""
    HALF_OPEN = "half_open"
    """The rest is over. The next worker tries a single mail."""


class MailServer(models.Model):
    """Whether a mail server answers. A server without a row, or without failures, gets mail."""

    address = models.CharField(max_length=300, primary_key=True, help_text="Host and port.")
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    failing_since = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True, help_text="The next attempt, while it fails.")
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failures=0, failing_since=None, not_before=None)
                | Q(failures__gt=0, failing_since__isnull=False, not_before__isnull=False),
                name="mail_server_fails_since_when",
            )
        ]

    def __str__(self) -> str:
        return self.address

    def state(self, *, at: datetime) -> CircuitState:
        """Return the state of the circuit breaker at that moment."""
        if self.not_before is None:
            return CircuitState.CLOSED
        return CircuitState.OPEN if self.not_before > at else CircuitState.HALF_OPEN
