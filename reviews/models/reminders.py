"""Reminders: which rungs of the ladder were taken, and the letters to each recipient."""

from django.db import models
from django.db.models import Q

from editorial.models import Notice, Rung, User
from editorial.models.reminder_ladder import Consequence, Moment


class ReminderOutcome(models.TextChoices):
    """What happened when the rung was taken."""

    CALLED = "called", "sent"
    OVERTAKEN = "overtaken", "replaced by a later rung"
    PASSED = "passed", "its day was over before it counted"


class Reminder(models.Model):
    """A rung taken for one subject, once for each date that it is counted from.

    ``subject`` is the id of a review, version, member or report, as ``moment`` says. ``anchor`` is the date from which
    the rung is counted. ``identity`` identifies the rung across all versions of the policy.
    """

    rung = models.ForeignKey(Rung, on_delete=models.PROTECT, related_name="+")
    identity = models.UUIDField()
    moment = models.CharField(max_length=30, choices=Moment)
    subject = models.BigIntegerField()
    anchor = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=ReminderOutcome)
    claimed_at = models.DateTimeField()
    consequence = models.CharField(max_length=20, choices=Consequence, blank=True)
    settled_at = models.DateTimeField(null=True, help_text="When its consequence was applied or became outdated.")

    class Meta:
        constraints = [
            models.UniqueConstraint("subject", "identity", "anchor", name="reminder_once"),
            models.CheckConstraint(condition=~Q(consequence="", settled_at__isnull=False), name="something_is_settled"),
        ]
        indexes = [
            models.Index("id", name="reminder_unsettled", condition=~Q(consequence="") & Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_moment_display()}: {self.subject}"


class Letter(models.Model):
    """One recipient's part of a reminder. All letters that are ready for a person go out in one notice."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, related_name="letters")
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    not_before = models.DateTimeField()
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="letters")
    dropped_at = models.DateTimeField(null=True, help_text="When the mail was dropped because it was no longer needed.")

    class Meta:
        constraints = [models.UniqueConstraint("reminder", "recipient", name="letter_once")]
        indexes = [
            models.Index("not_before", "recipient", name="letters_ready", condition=Q(notice=None, dropped_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.reminder} to {self.recipient}"
