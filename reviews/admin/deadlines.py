"""Putting a due date off, and reminding a member by mail: for one review here, for many on the board of rounds."""

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
    """The last minute of ``day`` where the house is."""
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def extend(subject: Review, data: Any, *, by: User, now: datetime) -> Review:
    due_at = end_of(data["due_at"])
    return actions.extend(review_id=subject.pk, due_at=due_at, reason=data["reason"], by=by, now=now)


def remind(subject: Review, _data: Any, *, by: User, now: datetime) -> Review:
    return actions.remind(review_id=subject.pk, by=by, now=now)


DEADLINE_VERBS = (
    Verb(
        name="extend",
        label="Give more time",
        call=extend,
        form=ExtendForm,
        explain="The member is told the new date and your reason.",
        done="Put off. The member has been told.",
    ),
    Verb(
        name="remind",
        label="Remind by mail",
        call=remind,
        explain="The member gets a mail that says what is expected until when. Once a day at most.",
        done="Reminded. The mail is on its way.",
    ),
)
