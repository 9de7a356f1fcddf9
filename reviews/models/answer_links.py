"""Links in mails under which a member answers an invitation without logging in."""

from django.db import models
from django.db.models import Q

from editorial.models import User
from reviews.models.reviews import Review


class AnswerLink(models.Model):
    """A link that answers one invitation until one date. Only the hash of its secret part is stored."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="answer_links")
    digest = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="link_revoked_at_and_by",
            )
        ]

    def __str__(self) -> str:
        return f"Link to answer {self.review}"
