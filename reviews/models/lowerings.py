"""Lowerings: proposals to require less during a review. One person proposes, another decides, signers confirm."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from articles.models import Authorship, Version
from editorial.models import User
from editorial.permissions import AnyUser, board_member, reads_the_record
from editorial.record.canonical_json import sha256_hex, timestamp
from reviews.models.reviews import Review
from reviews.models.signatures import Signature


class LoweringOutcome(models.TextChoices):
    CONFIRMED = "confirmed", "confirmed"
    REFUSED = "refused", "refused"
    VOID = "void", "void: the classification changed meanwhile"


class LoweringQuerySet(models.QuerySet["Lowering"]):
    def undecided(self) -> Self:
        return self.filter(outcome=None)

    def visible_to(self, user: AnyUser, *, on: date) -> Self:
        """Return proposals for rounds in which ``user`` reviews or writes.

        Editors, administrators and chairs in office see all.
        """
        member = board_member(user)
        chairs = member is not None and member.is_chair and member.is_in_office(on=on)
        if reads_the_record(user) or chairs:
            return self
        reviewed = Review.objects.of(user).live().values("version")
        written = Authorship.objects.filter(user=user.pk).values("article")
        return self.filter(Q(version__in=reviewed) | Q(version__article__in=written))


class Lowering(models.Model):
    """A proposed classification that requires less than the current one. It never changes, and is decided once."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="lowerings")
    before = models.JSONField(help_text="Risk tier, specialties and products when it was proposed.")
    after = models.JSONField(help_text="Risk tier, specialties and products as proposed.")
    less = ArrayField(models.TextField(), help_text="The lowered requirements, as text.")
    reason = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=LoweringOutcome, null=True, editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    decided_at = models.DateTimeField(null=True, editable=False)

    objects = LoweringQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("version", condition=Q(outcome=None), name="one_lowering_at_a_time"),
            models.CheckConstraint(
                condition=Q(outcome=None, decided_by=None, decided_at=None)
                | Q(outcome__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
                name="lowering_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(outcome=None) | ~Q(outcome=LoweringOutcome.CONFIRMED) | ~Q(decided_by=F("proposed_by")),
                name="lowering_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {', '.join(self.less)}"

    @property
    def words(self) -> str:
        """In which respects it requires less, as text."""
        return ", ".join(self.less)


def lowering_hash(lowering: Lowering) -> str:
    """Return the SHA-256 over the proposal. The ledger keeps it, so that a changed row is found."""
    fields: list[object] = [lowering.pk, lowering.version_id, lowering.before, lowering.after, lowering.reason]
    return sha256_hex(["imprimatur-lowering/1", *fields, lowering.proposed_by_id, timestamp(lowering.proposed_at)])


class SignatureConfirmation(models.Model):
    """A request to confirm a signature that was given before a lowering was confirmed.

    Until its signer confirms it, the signature does not count. PostgreSQL applies the same rule.
    """

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="confirmations")
    lowering = models.ForeignKey(Lowering, on_delete=models.PROTECT, related_name="confirmations")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint("signature", "lowering", name="confirmation_asked_once")]

    def __str__(self) -> str:
        return f"{'confirmed' if self.confirmed_at else 'to confirm'}: {self.signature}"
