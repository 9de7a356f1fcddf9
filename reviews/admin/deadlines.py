"""Extend a deadline, or remind a member by mail: for one review here, for many on the board of rounds."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from editorial.admin.verbs import ReasonForm, Verb
from editorial.models import User
from reviews import actions
from reviews.models import Review

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ExtendForm(ReasonForm):
    due_at = forms.DateField(
        label="New date", widget=DAY, help_text="For the answer while it is awaited, then for the signature."
    )
    field_order = ("due_at", "reason")


def end_of(day: date) -> datetime:
    """Return the last minute of ``day`` in the site's time zone."""
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def extend(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    due_at = end_of(data["due_at"])
    return actions.extend(review_id=subject.pk, due_at=due_at, reason=data["reason"], by=by, now=now)


def remind(subject: Review, _data: Any, *, by: User, now: datetime) -> Review:
    return actions.remind(review_id=subject.pk, by=by, now=now)


DEADLINE_VERBS = (
    Verb(
        name="extend",
        label="Extend the deadline",
        call=extend,
        form=ExtendForm,
        explain="The member gets a mail with the new date and your reason.",
        done="Deadline extended. The member has been notified.",
    ),
    Verb(
        name="remind",
        label="Send a reminder",
        call=remind,
        explain="The member gets a mail that says what is due and when. One reminder a day at most.",
        done="Reminder sent.",
    ),
)
