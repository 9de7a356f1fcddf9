"""Accounts. They are deactivated, never deleted, because the record refers to them."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from editorial.models.field_history import Recorded, SealedHistory, TrackedQuerySet

SYSTEM_USERNAME = "system"


class AccountManager(UserManager.from_queryset(TrackedQuerySet)):  # type: ignore[misc]
    use_in_migrations = False

    def system(self) -> "User":
        """Return the account in whose name the site itself acts; it is created if missing. It cannot log in."""
        system, _ = self.get_or_create(
            username=SYSTEM_USERNAME, defaults={"first_name": "Imprimatur", "is_active": False, "password": "!"}
        )
        return system


class User(Recorded, AbstractUser):  # type: ignore[django-manager-missing]  # knox's manager of tokens is untyped
    is_writer = models.BooleanField("writer", default=False, help_text="Drafts, cites, submits and revises articles.")
    is_editor = models.BooleanField(
        "editor", default=False, help_text="Invites reviewers, closes rounds, retracts, changes policy and board."
    )
    is_demo = models.BooleanField("demo account", default=False, editable=False)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="merged",
        help_text="The account that its owner uses instead. Past actions keep the name of this one.",
    )

    access_ended_at = models.DateTimeField(
        null=True, editable=False, help_text="Sessions and answer links from this time or earlier are refused."
    )

    history = HistoricalRecords(bases=[SealedHistory], excluded_fields=["password", "last_login", "access_ended_at"])
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_address",
                condition=~models.Q(email=""),
                violation_error_message="An account with this e-mail address exists.",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(is_active=False),
                name="merged_account_is_inactive",
                violation_error_message="This account was merged into another one; its owner uses that one.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save without a history row if only fields change that history excludes, such as ``last_login`` at a login.

        The e-mail address is kept in small letters, in which allauth looks for it.
        """
        self.email = self.email.lower()
        if not set(kwargs.get("update_fields") or ["all"]) <= {"last_login", "access_ended_at"}:
            super().save(*args, **kwargs)
            return
        self.skip_history_when_saving = True  # simple-history checks only whether the attribute exists
        try:
            super().save(*args, **kwargs)
        finally:
            del self.skip_history_when_saving

    def get_session_auth_hash(self) -> str:
        """Return what each session of the account holds. Another ``access_ended_at`` ends sessions as a password does.

        An account without one keeps Django's value, so that an upgrade ends no session.
        """
        return self._with_ending(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Return the same under each former secret key, for sessions from before the key was changed."""
        return map(self._with_ending, super().get_session_auth_fallback_hash())

    def _with_ending(self, digest: str) -> str:
        if self.access_ended_at is None:
            return digest
        return sha256(f"{digest} {self.access_ended_at.timestamp()}".encode()).hexdigest()


class CacheEntry(models.Model):
    """A row of Django's cache in PostgreSQL: spent codes and counts of wrong ones."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key
