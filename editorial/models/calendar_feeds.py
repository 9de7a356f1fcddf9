"""Private calendar feeds: one secret address for each board member; only the hash of its secret part is stored."""

from django.db import models

from editorial.models.board import BoardMember


class CalendarFeed(models.Model):
    """A member's calendar feed. A new address increments ``serial``; the former address stops working."""

    member = models.OneToOneField(BoardMember, on_delete=models.PROTECT, related_name="calendar_feed")
    serial = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, unique=True)
    renewed_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Calendar of {self.member.user}"
