"""Webhooks: endpoints of front-ends, messages, their pending deliveries, and every attempt to deliver."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Count, Min, Q, When

from editorial.models.accounts import User
from editorial.models.field_history import TrackedModel, TrackedQuerySet

UNSETTLED = Q(delivered_at=None, abandoned_at=None)
FAILING = UNSETTLED & Q(attempts__gt=0)


class Endpoint(TrackedModel):
    """A webhook address of a front-end. Its secrets are not in this row, so history does not contain them."""

    name = models.CharField(max_length=100, help_text="The front-end it belongs to: “website”, “app”.")
    address = models.CharField(max_length=500, help_text="https://, reachable from the internet, without a password.")
    events = ArrayField(models.CharField(max_length=50), help_text="The events that are sent to it.")
    is_active = models.BooleanField("active", default=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, editable=False, related_name="+")

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = "webhook endpoint"
        constraints = [
            models.UniqueConstraint(
                "address", name="endpoint_once", violation_error_message="This address is registered already."
            ),
            models.CheckConstraint(condition=Q(events__len__gt=0), name="endpoint_listens_to_something"),
        ]

    def __str__(self) -> str:
        return self.name


class EndpointSecretQuerySet(models.QuerySet["EndpointSecret"]):
    def signing(self, *, at: datetime) -> Self:
        """Secrets that sign messages at that moment, the newest first."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at)).order_by("-pk")


class EndpointSecret(models.Model):
    """A secret that signs messages to an endpoint, and since when and until when it does.

    The secret itself is not stored: ``editorial.webhooks.secrets`` derives it from ``salt`` and the site's secret key,
    and recognises it by ``digest``.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="secrets")
    salt = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField(
        null=True, help_text="When a replaced secret stops being used. Until then it signs, too."
    )

    objects = EndpointSecretQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("endpoint", condition=Q(ends_at=None), name="one_lasting_secret")]

    def __str__(self) -> str:
        return f"secret of {self.endpoint_id}"


class EndpointHealth(models.Model):
    """The delivery status of an endpoint, in a narrow row. Its lock lets one worker at a time send to the endpoint."""

    endpoint = models.OneToOneField(Endpoint, on_delete=models.PROTECT, related_name="health")
    not_before = models.DateTimeField(
        help_text="The next attempt; set to a later time during an attempt and after failures."
    )
    last_success_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failing_since=None, failures=0) | Q(failing_since__isnull=False, failures__gt=0),
                name="failures_since_when",
            )
        ]

    def __str__(self) -> str:
        return f"health of {self.endpoint_id}"


class Message(models.Model):
    """A change for readers, sent to every endpoint that subscribes to it. ``key`` identifies it, so it is written once.

    Every attempt sends ``body`` byte for byte with the same ``identity``. The row exists as long as a dispatch of it.
    """

    key = models.CharField(max_length=200, unique=True)
    identity = models.CharField(max_length=64, unique=True, help_text="The webhook-id.")
    event = models.CharField(max_length=50)
    subject = models.CharField(max_length=100, help_text="The record that it is about, as in the ledger: “version:12”.")
    body = models.TextField()
    occurred_at = models.DateTimeField()
    is_remembered = models.BooleanField(
        default=False, help_text="Whether it is kept permanently, because the system checks repeatedly if it was sent."
    )

    def __str__(self) -> str:
        return f"{self.event}, {self.subject}"


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def due(self, *, at: datetime) -> Self:
        """Dispatches that are neither delivered nor abandoned, and are due at ``at``, the oldest first."""
        return self.filter(UNSETTLED, not_before__lte=at).order_by("not_before", "pk")

    def retried(self) -> Self:
        """Pending dispatches that were tried and failed."""
        return self.filter(FAILING)

    def waiting(self, *, at: datetime) -> dict[str, Any]:
        """Return how many are pending (``owed``) and ``failing``, and since when the ``oldest`` that is due waits.

        A failing one waits since it was queued, one that was queued again since then.
        """
        since = Case(When(attempts__gt=0, then="owed_at"), When(not_before__lte=at, then="not_before"))
        return self.filter(UNSETTLED).aggregate(
            owed=Count("pk"), failing=Count("pk", filter=FAILING), oldest=Min(since)
        )


class Dispatch(models.Model):
    """The delivery of a message to an endpoint: pending, delivered or abandoned."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="dispatches")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="dispatches")
    owed_at = models.DateTimeField()
    not_before = models.DateTimeField(help_text="The next attempt.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Attempts since it was queued, or queued again.")
    delivered_at = models.DateTimeField(null=True)
    abandoned_at = models.DateTimeField(null=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = "webhook delivery"
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index("endpoint", "not_before", "id", name="dispatches_due", condition=UNSETTLED),
            models.Index(fields=["endpoint", "-id"], name="dispatches_newest"),
        ]
        constraints = [
            models.UniqueConstraint("message", "endpoint", name="message_once_per_endpoint"),
            models.CheckConstraint(condition=Q(delivered_at=None) | Q(abandoned_at=None), name="delivered_or_given_up"),
        ]

    def __str__(self) -> str:
        return f"{self.message} to {self.endpoint}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def outcomes(self, *, since: datetime) -> dict[str, int]:
        """Return how many since then were ``delivered``, ``refused`` (another status than 2xx) and ``unanswered``."""
        delivered, unanswered = Q(status__range=(200, 299)), Q(status=None)
        return self.filter(at__gte=since).aggregate(
            delivered=Count("pk", filter=delivered),
            refused=Count("pk", filter=~delivered & ~unanswered),
            unanswered=Count("pk", filter=unanswered),
        )


class Attempt(models.Model):
    """The result of one attempt to deliver. It is never changed, and is deleted with its dispatch."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="log")
    at = models.DateTimeField(db_index=True, help_text="When it ended.")
    milliseconds = models.PositiveIntegerField(help_text="How long it took.")
    status = models.PositiveSmallIntegerField(null=True, help_text="HTTP status of the response, if there was one.")
    error = models.CharField(max_length=200, blank=True)
    excerpt = models.TextField(blank=True, help_text="The beginning of the response.")

    objects = AttemptQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.status or self.error}"
