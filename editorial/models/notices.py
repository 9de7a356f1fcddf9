"""Notices: messages owed to somebody. A notice is a row before it is a mail."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from editorial.models.people import User

WAITING = Q(sent_at=None, abandoned_at=None, dropped_at=None)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, *, at: datetime) -> Self:
        """Owed, not given up or dropped, and in nobody's hands at ``at``, the oldest first."""
        return self.filter(WAITING, not_before__lte=at).order_by("not_before", "pk")


class Notice(models.Model):
    """``key`` is what makes it the same notice: owing it twice writes one row."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=50)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    subject = models.CharField(max_length=100, help_text="What it is about, as the ledger names it: “review:12”.")
    context = models.JSONField(default=dict)
    owed_at = models.DateTimeField()
    not_before = models.DateTimeField(help_text="The next attempt; moved ahead while somebody is delivering it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    abandoned_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was to be sent there was nothing left to say: all of it was decided."
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("not_before", "id", name="notices_due", condition=WAITING)]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None, abandoned_at=None)
                | Q(sent_at=None, dropped_at=None)
                | Q(abandoned_at=None, dropped_at=None),
                name="sent_abandoned_or_dropped",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"
