"""Mail preferences: at once or once a day, weekdays without mail, and the time zone."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from editorial.models.accounts import User
from editorial.models.field_history import TrackedModel, TrackedQuerySet


class Delivery(models.TextChoices):
    AT_ONCE = "at_once", "at once"
    DIGEST = "digest", "once a day, together"


class Weekday(models.TextChoices):
    """In the order of ``datetime.weekday``."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all time zones that this machine knows, except those whose meaning depends on the machine."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless ``name`` is a known time zone."""
    if name not in time_zones():
        raise ValidationError(f"“{name}” is no time zone known here. Write it like Europe/Berlin.", code="unknown_zone")


def validate_quiet_weekdays(days: list[str]) -> None:
    """Raise ValidationError when no weekday is left for mail."""
    if len(set(days)) == len(Weekday):
        raise ValidationError("Leave at least one day on which mail may come.", code="no_day_left")


class MailChoiceQuerySet(TrackedQuerySet):
    def of(self, user: User) -> "MailChoice":
        """Return the preferences of ``user``, or the defaults, not saved, if they have none."""
        return MailChoice.objects.filter(user=user).first() or MailChoice(user=user)


class MailChoice(TrackedModel):
    """One person's preferences. ``editorial.mail.delivery_schedule`` applies them to the mails that they can delay."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, editable=False, related_name="mail_choice")
    delivery = models.CharField("mail comes", max_length=20, choices=Delivery, default=Delivery.AT_ONCE)
    hour = models.PositiveSmallIntegerField(
        default=8,
        validators=[MaxValueValidator(23)],
        help_text="Hour of the daily mail and of the first mail after quiet days, 0 to 23 in your time zone.",
    )
    quiet_weekdays = ArrayField(
        models.CharField(max_length=9, choices=Weekday),
        default=list,
        blank=True,
        validators=[validate_quiet_weekdays],
        help_text="No mail is sent on these days; it is sent on the next other day.",
    )
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text="Such as Europe/Berlin; empty for the time zone of the site.",
    )

    objects = MailChoiceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "your mail"
        constraints = [
            models.CheckConstraint(condition=Q(hour__lte=23), name="hour_of_a_day"),
            models.CheckConstraint(
                condition=Q(quiet_weekdays__contained_by=Weekday.values, quiet_weekdays__len__lt=len(Weekday)),
                name="a_weekday_is_left",
            ),
        ]

    def __str__(self) -> str:
        return f"Mail to {self.user}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the quiet days in the order of the week, each once."""
        self.quiet_weekdays = [day for day in Weekday.values if day in self.quiet_weekdays]
        super().save(*args, **kwargs)
