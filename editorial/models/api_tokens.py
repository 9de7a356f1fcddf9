"""API tokens: each has a name for its owner, and scopes that limit what it can do."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from knox.models import AbstractAuthToken, AuthTokenManager

USE_NOTED_EVERY = timedelta(minutes=1)


class Scope(models.TextChoices):
    """What a token can do, within what its owner may do."""

    READ = "read", "Read: everything that you may see"
    WRITE = "write", "Write: drafts, submissions, the library, your mail preferences"
    REVIEW = "review", "Review: comments, verdicts, signatures, decisions of editors"
    ADMINISTER = "administer", "Administer: end sessions and tokens"


def all_scopes() -> list[str]:
    return list(Scope.values)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def valid(self, *, at: datetime) -> Self:
        return self.filter(Q(expiry=None) | Q(expiry__gt=at))

    def in_order(self) -> Self:
        """Newest first."""
        return self.order_by("-created", "pk")

    def note_use(self, token: "ApiToken", *, now: datetime) -> None:
        """Store that ``token`` was used, unless that was stored less than a minute ago."""
        recent = now - USE_NOTED_EVERY
        if token.last_used_at is None or token.last_used_at <= recent:
            self.filter(pk=token.pk).exclude(last_used_at__gt=recent).update(last_used_at=now)


class ApiToken(AbstractAuthToken):
    """A token in knox's table ``knox_authtoken``; only its digest is stored.

    The table was knox's own. The columns that this model adds have defaults in the database, so that earlier code can
    use the table while an upgrade or a rollback is under way.
    """

    public_id = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    name = models.CharField(max_length=100, db_default="API token")
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), default=all_scopes, db_default=all_scopes())
    last_used_at = models.DateTimeField(null=True, editable=False)

    objects = AuthTokenManager.from_queryset(ApiTokenQuerySet)()

    class Meta:
        db_table = "knox_authtoken"
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values, scopes__len__gt=0), name="token_has_known_scopes"
            )
        ]

    def __str__(self) -> str:
        return self.name
