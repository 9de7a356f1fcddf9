"""The verbs of a deadline: extend it, or remind the member by mail. The board of rounds does so for many reviews."""

from datetime import date, datetime, time

from django import forms
from django.utils import timezone
from rest_framework import serializers

from editorial.verbs.bodies import ReasonSerializer
from editorial.verbs.forms import ReasonForm
from editorial.verbs.table import Verb
from reviews import actions

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def end_of(day: date) -> datetime:
    """Return the last minute of ``day`` in the site's time zone."""
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


class ExtendForm(ReasonForm):
    due_at = forms.DateField(
        label="New date", widget=DAY, help_text="For the answer while it is awaited, then for the signature."
    )
    field_order = ("due_at", "reason")

    def arguments(self) -> dict[str, object]:
        return {"due_at": end_of(self.cleaned_data["due_at"]), "reason": self.cleaned_data["reason"]}


class ExtensionSerializer(ReasonSerializer):
    """Until when, and why."""

    due_at = serializers.DateTimeField(help_text="Later than the current due date, and within a year.")


EXTEND = Verb(
    name="extend",
    action=actions.extend,
    label="Extend the deadline",
    form=ExtendForm,
    explain="The member gets a mail with the new date and your reason.",
    done="Deadline extended. The member has been notified.",
    summary="Extend a due date",
    body=ExtensionSerializer,
)
REMIND = Verb(
    name="remind",
    action=actions.remind,
    label="Send a reminder",
    explain="The member gets a mail that says what is due and when. One reminder a day at most.",
    done="Reminder sent.",
    summary="Remind the member by mail",
)
