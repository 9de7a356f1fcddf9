"""Accounts. They are deactivated, never deleted, because the record refers to them."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from editorial.models.field_history import Recorded, SealedHistory, TrackedQuerySet

SYSTEM_USERNAME = "system"


class AccountManager(UserManager.from_queryset(TrackedQuerySet)):  # type: ignore[misc]
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
        """Save without a history row if only fields change that history excludes, such as ``last_login`` at a login."""
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


class SecondFactor(models.Model):
    """The second factor of an account, and which of its codes are spent.

    The secret is not stored: ``editorial.accounts.one_time_codes`` derives it from ``salt`` and the site's secret key.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor")
    salt = models.CharField(max_length=64)
    recovery_codes = ArrayField(models.CharField(max_length=64), help_text="Digests of those that are not spent.")
    last_step = models.BigIntegerField(
        help_text="Time step of the newest accepted code. Codes of this step or earlier are refused."
    )
    set_up_at = models.DateTimeField()
    wrong_codes = models.PositiveSmallIntegerField(default=0, help_text="In a row.")
    last_wrong_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"second factor of {self.user}"
