"""Failures of sweeps: which subject could not be processed, since when, and when it is tried again."""

from datetime import datetime
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Model, Q

SHOWN_AFTER = 3
"""How often a subject has to be found locked before editors see it. They see every other failure at once."""


class SweepTask(models.TextChoices):
    """Every loop of a periodic task over subjects, with what it does to each of them."""

    TAKE_RUNGS = "take_rungs", "send the reminder"
    APPLY_CONSEQUENCES = "apply_consequences", "apply the consequence of a reminder"
    COMPOSE_MAILS = "compose_mails", "write the reminder mail"
    POSTPONE_DATES = "postpone_dates", "postpone the due date for an absence"
    MARK_APPROVALS = "mark_approvals", "compare the approval with the rules in force"
    LOOK_UP_WORKS = "look_up_works", "update the retraction status"
    SUSPEND_RETRACTED = "suspend_retracted", "suspend the approval that cites a retracted work"
    WARN_IN_REVIEW = "warn_in_review", "warn editors and writers of a retracted work"
    WARN_REVIEWERS = "warn_reviewers", "warn the reviewer of a retracted work"
    FOLLOW_CONFLICTS = "follow_conflicts", "notify editors of a conflict of interest"
    FOLLOW_EMPTY_SEATS = "follow_empty_seats", "notify editors of an empty seat"
    RECORD_ENDED_TERMS = "record_ended_terms", "record that the member's term ended"
    HAND_ON_REVIEWS = "hand_on_reviews", "hand on the review of a member who left"
    TELL_OF_HANDED_ON = "tell_of_handed_on", "notify editors of the reviews of a member who left"
    FILL_SEATS = "fill_seats", "invite members for empty seats"
    TELL_OF_LAPSES = "tell_of_lapses", "notify front-ends of a lapsed approval"
    WRITE_DOCUMENTS = "write_documents", "update the cached pages"
    VERIFY_DOCUMENTS = "verify_documents", "compare the cached pages with the record"
    ERASE_ADDRESSES = "erase_addresses", "erase the reader's address"
    RUN_IMPORTS = "run_imports", "continue the import"


class SweepFailureQuerySet(models.QuerySet["SweepFailure"]):
    def persistent(self) -> Self:
        """Return failures that people should see: any but a lock, and a lock that was met several times."""
        return self.filter(Q(is_lock=False) | Q(attempts__gte=SHOWN_AFTER))

    def words(self, *tasks: SweepTask) -> str:
        """Return how many subjects of ``tasks`` failed, for the output of a command; empty if none did."""
        count = self.filter(task__in=tasks).count()
        return f"{count} could not be processed: see Sweep failures in the admin. Workers try again." if count else ""


class SweepFailure(models.Model):
    """A subject that a sweep could not process. The row is deleted when the subject was processed or left the sweep."""

    task = models.CharField(max_length=40, choices=SweepTask)
    subject_type = models.CharField(max_length=60, help_text="The model of the subject, such as “articles.version”.")
    subject_id = models.BigIntegerField()
    attempts = models.PositiveIntegerField(default=0, help_text="Failed attempts in a row.")
    first_failed_at = models.DateTimeField()
    last_failed_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    is_lock = models.BooleanField(
        "only locked", default=False, help_text="Whether another transaction held the lock at the last attempt."
    )
    error = models.CharField(max_length=200, help_text="Kind and place of the error, without the data it was about.")

    objects = SweepFailureQuerySet.as_manager()

    class Meta:
        verbose_name = "sweep failure"
        constraints = [
            models.UniqueConstraint("task", "subject_type", "subject_id", name="sweep_failure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_task_display().capitalize()}: {self.model._meta.verbose_name} {self.subject_id}"

    @property
    def model(self) -> type[Model]:
        """The model of the subject."""
        return apps.get_model(self.subject_type)

    def rests(self, *, at: datetime) -> bool:
        """Return whether the subject is not tried at ``at``."""
        return self.next_try_at > at
