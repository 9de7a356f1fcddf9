"""Invitations of people to an account. The account exists from the beginning, without a password."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from editorial.models.accounts import User

OPEN = Q(accepted_at=None, revoked_at=None)


class InvitationState(models.TextChoices):
    PENDING = "pending"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


class AccountInvitationQuerySet(models.QuerySet["AccountInvitation"]):
    def open(self) -> Self:
        """Invitations that were neither accepted nor revoked. Their links may have expired."""
        return self.filter(OPEN)

    def in_state(self, state: str, *, at: datetime) -> Self:
        conditions = {
            InvitationState.PENDING: OPEN & Q(expires_at__gt=at),
            InvitationState.EXPIRED: OPEN & Q(expires_at__lte=at),
            InvitationState.ACCEPTED: Q(accepted_at__isnull=False),
            InvitationState.REVOKED: Q(revoked_at__isnull=False),
        }
        return self.filter(conditions[InvitationState(state)])


class AccountInvitation(models.Model):
    """One link, with which a person chooses the password of their account.

    Only the digest of the link's secret is stored. A renewed invitation is a new row, and the former one is revoked.
    """

    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    salt = models.CharField(max_length=64, editable=False, help_text="The link is derived from it and the secret key.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("sent")
    expires_at = models.DateTimeField("valid until")
    accepted_at = models.DateTimeField("accepted", null=True)
    revoked_at = models.DateTimeField("revoked", null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_replaced = models.BooleanField(default=False, editable=False, help_text="A newer link was sent.")
    steps_dismissed_at = models.DateTimeField(
        null=True, editable=False, help_text="When the person hid the first things to do on their start page."
    )

    objects = AccountInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        indexes = [models.Index("created_at", name="account_invitations_by_time")]
        constraints = [
            models.UniqueConstraint("account", name="one_open_invitation_per_account", condition=OPEN),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="invitation_revoked_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_accepted_or_revoked"
            ),
            models.CheckConstraint(
                condition=Q(is_replaced=False) | Q(revoked_at__isnull=False), name="replaced_invitation_is_revoked"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="invitation_expires_later"),
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.account}"

    def state(self, *, at: datetime) -> InvitationState:
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.revoked_at:
            return InvitationState.REVOKED
        return InvitationState.PENDING if at < self.expires_at else InvitationState.EXPIRED
