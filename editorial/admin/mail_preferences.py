"""The page on which people choose when they receive mail."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst

from editorial.actions import keep_mail_choice
from editorial.admin.formatting import address
from editorial.admin.model_admin import actor
from editorial.admin.tracked_forms import TrackedAdmin, TrackedForm
from editorial.models import MailChoice, User, Weekday
from editorial.models.mail_preferences import time_zones, validate_time_zone
from editorial.permissions import works_here

WHAT_WAITS = "This choice applies to reminders. Invitations, decisions and escalations are always sent at once."


def zone_choices() -> list[tuple[str, str]]:
    return [("", "As the site"), *((name, name.replace("_", " ")) for name in sorted(time_zones()))]


class TimeZoneField(forms.CharField):
    """A time zone from the list; the model's validator refuses any other."""

    widget = forms.Select
    default_validators = [validate_time_zone]

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=64, **options)
        self.widget.choices = zone_choices()


class MailForm(TrackedForm):
    reason = None  # type: ignore[assignment]  # no reason is asked for
    quiet_weekdays = forms.MultipleChoiceField(
        label="Quiet days",
        choices=[(day.value, capfirst(day.label)) for day in Weekday],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="No mail on these days. It is sent on the next other day.",
    )
    time_zone = TimeZoneField(label="Time zone", help_text="Your time zone. The hours and days above are in it.")


@admin.register(MailChoice)
class MailChoiceAdmin(TrackedAdmin):
    form = MailForm
    list_display = ("delivery", "hour", "time_zone")
    list_select_related = ("user",)
    ordering = ("pk",)
    radio_fields = {"delivery": admin.VERTICAL}
    fields = ("delivery", "hour", "quiet_weekdays", "time_zone")
    empty_state = "You have not chosen yet: mail is sent at once, on every day."

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        return rows.filter(user=user)

    def heading(self, record: MailChoice) -> str:
        return "Your mail"

    def may_add(self, user: User) -> bool:
        return works_here(user)

    def may_change(self, user: User, record: MailChoice | None) -> bool:
        return record is None or record.user_id == user.pk

    def get_urls(self) -> list[URLPattern]:
        mine = path("mine/", self.admin_site.admin_view(self.mine), name="editorial_mailchoice_mine")
        return [mine, *super().get_urls()]

    def mine(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the person's own preferences, or to the form for the first ones."""
        choice = MailChoice.objects.of(actor(request))
        return HttpResponseRedirect(address(choice) if choice.pk else reverse("admin:editorial_mailchoice_add"))

    # --- how preferences are saved: for the person themselves, and without a reason -----------------------------------

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [(None, {"fields": [*self.fields, "seen"], "description": WHAT_WAITS})]

    def keep(self, record: MailChoice, form: Any, *, by: User, now: datetime, reason: str) -> None:
        if record.pk is None:
            record.user = by
        keep_mail_choice(choice=record, by=by, now=now)

    def response_post_save_add(self, request: HttpRequest, obj: MailChoice) -> HttpResponseRedirect:
        return HttpResponseRedirect(address(obj))

    response_post_save_change = response_post_save_add
