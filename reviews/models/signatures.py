"""Signatures: who decided what, when, with which meaning, and over which digest."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BigIntegerField, Exists, Func, OuterRef, Q

from articles.models import Version
from editorial.models import EditorialPolicy, User
from editorial.permissions import AnyUser, reads_the_record
from editorial.record.canonical_json import sha256_hex, timestamp
from reviews.models.reviews import Review


class Decision(models.TextChoices):
    APPROVE = "approve", "approve"
    REQUEST_CHANGES = "request_changes", "request changes"


MEANING = {
    Decision.APPROVE: "I have reviewed this text against its references and approve it for publication.",
    Decision.REQUEST_CHANGES: "I have reviewed this text against its references; it must be changed before approval.",
}
"""The statement that a signature makes. It is shown before signing and stored with the signature."""


AGAINST = frozenset({Decision.REQUEST_CHANGES})
"""Decisions that prevent an approval. PostgreSQL counts every decision except ``APPROVE``."""


class Signer(Func):
    """The id of the person behind a standing signature, the same for all accounts of one person in a round.

    PostgreSQL computes it from the signer's accounts and from the ORCID iD, both current and as printed.
    """

    function = "imprimatur_signer"
    output_field = BigIntegerField()


class IdentifiedBy(models.TextChoices):
    """By what a signer showed who they are. 21 CFR 11.200 asks for two components at the first signing of a session."""

    PASSWORD = "password", "password"
    TOTP = "totp", "code of an app"
    RECOVERY_CODES = "recovery_codes", "recovery code"
    WEBAUTHN = "webauthn", "passkey"


class SignatureQuerySet(models.QuerySet["Signature"]):
    def standing(self) -> Self:
        """Return signatures that were neither withdrawn by their signers nor set aside by an editor."""
        return self.filter(withdrawal=None, set_aside=None)

    def over(self, version: Version) -> Self:
        """Return standing signatures of ``version`` over its current digest."""
        return self.standing().filter(review__version=version, digest=version.digest)

    def with_confirmations(self) -> Self:
        """Annotate ``to_confirm``: whether the signer was asked to confirm it after a lowering, and has not done so."""
        unconfirmed = Signature.objects.filter(confirmations__isnull=False, confirmations__confirmed_at=None)
        return self.annotate(to_confirm=Exists(unconfirmed.filter(pk=OuterRef("pk"))))

    def with_their_end(self) -> Self:
        """Fetch what ended each signature, if anything: its withdrawal, or an editor's setting it aside."""
        return self.select_related("withdrawal", "set_aside__set_aside_by")

    def visible_to(self, user: AnyUser) -> Self:
        """Return the user's own signatures, and those of unsealed reviews.

        Of these only readers of the record see the withdrawn and set aside ones.
        """
        unsealed = self.filter(review__in=Review.objects.unsealed_for(user).values("pk"))
        return self.filter(signer=user.pk) | (unsealed if reads_the_record(user) else unsealed.standing())


class Signature(models.Model):
    """A member's decision over a digest. Rows are never changed; PostgreSQL refuses it.

    Its signer withdraws it by a ``SignatureWithdrawal``, an editor sets it aside by a ``SignatureSetAside``.
    ``to_confirm`` exists only after ``with_confirmations``.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signatures")
    name = models.CharField(max_length=200, help_text="As printed on that day.")
    credentials = models.CharField(max_length=100, blank=True)
    orcid = models.CharField("ORCID iD", max_length=19, blank=True)
    orcid_authenticated = models.BooleanField(
        default=False, db_default=False, help_text="Whether the signer had logged in at ORCID with this iD."
    )
    specialties = ArrayField(models.CharField(max_length=50), default=list)
    decision = models.CharField(max_length=20, choices=Decision)
    meaning = models.TextField()
    statement = models.TextField(blank=True, help_text="The member's statement to the editors and writers.")
    checklist = models.JSONField(default=list, help_text="The policy's questions with the answers, as signed.")
    digest = models.CharField(max_length=64)
    policy = models.ForeignKey(EditorialPolicy, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    identified_by = ArrayField(
        models.CharField(max_length=20, choices=IdentifiedBy),
        default=list,
        db_default=[],
        help_text="By what the signer showed who they are. Empty for signatures from before this was kept.",
    )

    objects = SignatureQuerySet.as_manager()
    to_confirm: bool

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="signature_over_a_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_decision_display()}"

    @property
    def identified_by_words(self) -> str:
        return " and ".join(IdentifiedBy(means).label for means in self.identified_by)


def signature_hash(signature: Signature) -> str:
    """Return the SHA-256 over all fields of ``signature``. The ledger keeps it, so that a changed row is found.

    Signatures from before ``identified_by`` was kept have the hash of that time. Only an authenticated ORCID iD is
    part of it as such.
    """
    means = list(signature.identified_by)
    added = [means, True] if signature.orcid_authenticated else [means] if means else []
    return sha256_hex(
        [
            f"imprimatur-signature/{2 + len(added)}",
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
            *added,
        ]
    )


class SignatureWithdrawal(models.Model):
    """A member withdrew a signature before the round was decided. Both stay on record."""

    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    withdrawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"withdrawn: {self.signature}"


class SignatureSetAside(models.Model):
    """An editor found that a signature must not count, for example because of a conflict. Both stay on record."""

    signature = models.OneToOneField(Signature, on_delete=models.PROTECT, related_name="set_aside")
    reason = models.TextField()
    set_aside_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_aside_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"set aside: {self.signature}"


def set_aside_hash(row: SignatureSetAside) -> str:
    """Return the SHA-256 over all fields of ``row``, for the ledger."""
    fields = [row.pk, row.signature_id, row.reason, row.set_aside_by_id, timestamp(row.set_aside_at)]
    return sha256_hex(["imprimatur-set-aside/1", *fields])
