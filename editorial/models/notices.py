"""Notices: pending mails. A notice is a row first, and is sent by mail after the commit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Count, F, Min, Q, When
from django.db.models.constants import OnConflict

from editorial.models.accounts import User

OWED = Q(sent_at=None, abandoned_at=None, dropped_at=None)
FAILING = OWED & ~Q(last_error="")
DEAD = Q(abandoned_at__isnull=False)
DROPPED = Q(dropped_at__isnull=False)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, *, at: datetime) -> Self:
        """Pending notices that can be attempted at ``at`` (no worker is delivering them), urgent ones first."""
        due = self.filter(OWED, not_before__lte=at).exclude(claimed_until__gt=at)
        return due.order_by("-is_urgent", "not_before", "pk")

    def retried(self) -> Self:
        """Pending notices that were tried and failed."""
        return self.filter(OWED, attempts__gt=0)

    def dead(self) -> Self:
        """The dead letters: abandoned until an editor asks to retry them."""
        return self.filter(DEAD)

    def sent_since(self, at: datetime) -> Self:
        return self.filter(sent_at__gte=at)

    def add_new(self, notices: Sequence["Notice"]) -> list[int]:
        """Insert those of ``notices`` whose key does not exist yet, in one statement; return the ids of these."""
        fields = [field for field in self.model._meta.concrete_fields if not field.primary_key]
        returned = self._insert(  # type: ignore[attr-defined]
            notices, fields=fields, returning_fields=[self.model._meta.pk], on_conflict=OnConflict.IGNORE
        )
        return sorted(row[0] for row in returned if row)

    def waiting(self, *, at: datetime) -> dict[str, Any]:
        """Return how many are pending (``owed``) and ``failing``, and since when the ``oldest`` that is due waits.

        A notice that is scheduled for later, for example for a daily digest, does not wait before that time.
        """
        since = models.Case(When(~Q(last_error=""), then="owed_at"), When(not_before__lte=at, then="not_before"))
        return self.filter(OWED).aggregate(owed=Count("pk"), failing=Count("pk", filter=FAILING), oldest=Min(since))


class Notice(models.Model):
    """A mail to one person. ``key`` identifies it, so writing the same notice twice creates one row."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=50)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    is_urgent = models.BooleanField(
        default=False, db_default=False, editable=False, help_text="It goes out before others."
    )
    address = models.EmailField(
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="Where it is sent, if not to the recipient's own address.",
    )
    subject = models.CharField(max_length=100, help_text="The record that it is about, as in the ledger: “review:12”.")
    context = models.JSONField(default=dict)
    owed_at = models.DateTimeField()
    not_before = models.DateTimeField(help_text="The next attempt.")
    claimed_until = models.DateTimeField(null=True, editable=False, help_text="Until then a worker delivers it.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Attempts since it was queued, or queued again.")
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    abandoned_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was dropped, because everything in it was already decided."
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(F("is_urgent").desc(), "not_before", "id", name="notices_due", condition=OWED),
            models.Index("sent_at", name="notices_sent", condition=Q(sent_at__isnull=False)),
            models.Index("abandoned_at", name="notices_dead", condition=DEAD),
            models.Index("dropped_at", name="notices_dropped", condition=DROPPED),
        ]
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


class DeliveryEvent(models.Model):
    """An event in the delivery of a notice other than success: an attempt failed, or an editor asked for a retry."""

    class What(models.TextChoices):
        FAILED = "failed", "Not sent, tried again later"
        GIVEN_UP = "given_up", "Not sent, given up"
        AGAIN = "again", "Queued again"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="events")
    what = models.CharField(max_length=10, choices=What)
    at = models.DateTimeField(db_index=True)
    error = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(what="again", by__isnull=False) | ~Q(what="again") & Q(by=None), name="who_asked_again"
            )
        ]

    def __str__(self) -> str:
        return self.get_what_display()
