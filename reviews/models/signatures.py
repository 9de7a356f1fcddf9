"""Signatures: what was decided, by whom as they were that day, when, meaning what, over which digest."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from articles.models import Version
from editorial.canonical import sha256_hex, timestamp
from editorial.models import EditorialPolicy, User
from editorial.permissions import Somebody, reads_the_record
from reviews.models.review import Review


class Decision(models.TextChoices):
    APPROVE = "approve", "approve"
    REQUEST_CHANGES = "request_changes", "request changes"


MEANING = {
    Decision.APPROVE: "I have reviewed this text against its references and approve it for publication.",
    Decision.REQUEST_CHANGES: "I have reviewed this text against its references; it must be changed before approval.",
}
"""What a signature says, as it is shown before signing and kept in the record."""


class SignatureQuerySet(models.QuerySet["Signature"]):
    def standing(self) -> Self:
        """Signatures that were not withdrawn."""
        return self.filter(withdrawal=None)

    def over(self, version: Version) -> Self:
        """Standing signatures of ``version`` over the digest that it has."""
        return self.standing().filter(review__version=version, digest=version.digest)

    def visible_to(self, user: Somebody) -> Self:
        """One's own, and those of reviews that ``user`` may look into; withdrawn ones only for record readers."""
        unsealed = self.filter(review__in=Review.objects.unsealed_for(user).values("pk"))
        return self.filter(signer=user.pk) | (unsealed if reads_the_record(user) else unsealed.standing())


class Signature(models.Model):
    """Written once; PostgreSQL refuses any change. Taking it back is a ``SignatureWithdrawal``."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signatures")
    name = models.CharField(max_length=200, help_text="As printed on that day.")
    credentials = models.CharField(max_length=100, blank=True)
    orcid = models.CharField("ORCID iD", max_length=19, blank=True)
    specialties = ArrayField(models.CharField(max_length=50), default=list)
    decision = models.CharField(max_length=20, choices=Decision)
    meaning = models.TextField()
    statement = models.TextField(blank=True, help_text="The member's own words to editor and writers.")
    checklist = models.JSONField(default=list, help_text="The policy's questions with the answers, as signed.")
    digest = models.CharField(max_length=64)
    policy = models.ForeignKey(EditorialPolicy, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects = SignatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="signature_over_a_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_decision_display()}"


def signature_hash(signature: Signature) -> str:
    """SHA-256 over everything that ``signature`` says: what the ledger keeps to find a changed one by."""
    return sha256_hex(
        [
            "imprimatur-signature/2",
            signature.pk,
            signature.review_id,
            signature.signer_id,
            signature.name,
            signature.credentials,
            signature.orcid,
            list(signature.specialties),
            str(signature.decision),
            signature.meaning,
            signature.statement,
            signature.checklist,
            signature.digest,
            signature.policy_id,
            timestamp(signature.signed_at),
        ]
    )


class SignatureWithdrawal(models.Model):
    """A member took a signature back before the round was decided; both stay on record."""

    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    withdrawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"withdrawn: {self.signature}"
