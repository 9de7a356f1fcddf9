"""Accounts. People are deactivated, never deleted: the record names them."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from editorial.models.tracking import Recorded, SealedHistory, TrackedQuerySet

SYSTEM_USERNAME = "system"


class AccountManager(UserManager.from_queryset(TrackedQuerySet)):  # type: ignore[misc]
    def system(self) -> "User":
        """The account in whose name the house itself acts. Nobody can log in with it."""
        system, _ = self.get_or_create(
            username=SYSTEM_USERNAME, defaults={"first_name": "Imprimatur", "is_active": False, "password": "!"}
        )
        return system


class User(Recorded, AbstractUser):
    is_writer = models.BooleanField("writer", default=False, help_text="Drafts, cites, submits and revises articles.")
    is_editor = models.BooleanField(
        "editor", default=False, help_text="Invites reviewers, closes rounds, retracts, keeps policy and board."
    )
    is_demo = models.BooleanField("demo account", default=False, editable=False)

    history = HistoricalRecords(bases=[SealedHistory], excluded_fields=["password", "last_login"])
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_address",
                condition=~models.Q(email=""),
                violation_error_message="An account with this e-mail address exists.",
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A login only moves ``last_login``, which history does not hold, so it leaves no history row."""
        if kwargs.get("update_fields") != ["last_login"]:
            super().save(*args, **kwargs)
            return
        self.skip_history_when_saving = True  # simple-history looks whether it is there
        try:
            super().save(*args, **kwargs)
        finally:
            del self.skip_history_when_saving
