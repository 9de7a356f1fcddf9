"""Autosaved forms: what people typed and did not send yet."""

from django.db import models
from django.db.models import F, Q

from editorial.models.accounts import User


class Unsent(models.Model):
    """The autosaved fields of one form. Only their owner can read them."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="unsent")
    about = models.CharField(max_length=100, help_text="The record that it is about, as in the ledger: “review:12”.")
    form = models.CharField(max_length=100, help_text="Which form of its pages.")
    value = models.JSONField()
    size = models.PositiveIntegerField(help_text="Characters of the value.")
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "unsent"
        constraints = [
            models.UniqueConstraint(F("owner"), F("about"), F("form"), name="unsent_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="unsent_something"),
        ]
        indexes = [models.Index("saved_at", name="unsent_when")]

    def __str__(self) -> str:
        return f"{self.about}, {self.form}"
