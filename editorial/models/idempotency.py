"""Stored responses to requests that have an Idempotency-Key."""

from django.db import models

from editorial.models.accounts import User


class StoredAnswer(models.Model):
    """The response to a request, so that a repetition gets the same response and does nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 over method, path and body.")
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user", "key", name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"
