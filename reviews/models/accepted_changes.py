"""Accepted changes: a reviewer of a later version found that its changed words answer an objection."""

from django.db import models
from django.db.models import Q

from articles.models import Version
from editorial.models import User
from editorial.record.canonical_json import sha256_hex, timestamp
from reviews.models.comments_and_verdicts import ClaimCheck, Comment


class AcceptedChange(models.Model):
    """A reviewer of a later version found that its changed words answer an objection. Rows are never changed.

    It holds for every version without the words objected to. A version with those words has the objection open again.
    """

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, null=True, related_name="accepted_changes")
    claim_check = models.ForeignKey(ClaimCheck, on_delete=models.PROTECT, null=True, related_name="accepted_changes")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", help_text="The changed version.")
    reason = models.TextField(blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(comment=None, claim_check__isnull=False) | Q(comment__isnull=False, claim_check=None),
                name="accepted_change_of_one_objection",
            ),
            models.UniqueConstraint("comment", "version", name="change_of_comment_accepted_once"),
            models.UniqueConstraint("claim_check", "version", name="change_of_verdict_accepted_once"),
        ]

    def __str__(self) -> str:
        return f"change accepted: {self.comment or self.claim_check}"


def accepted_change_hash(row: AcceptedChange) -> str:
    """Return the SHA-256 over all fields of ``row``. The ledger keeps it, so that a changed row is found."""
    fields = [row.pk, row.comment_id, row.claim_check_id, row.version_id, row.reason, row.accepted_by_id]
    return sha256_hex(["imprimatur-accepted-change/1", *fields, timestamp(row.accepted_at)])
