"""A review: one board member's work on one version, from invitation to signature."""

from datetime import datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from articles.models import Authorship, Version
from editorial.exceptions import FrozenRecord
from editorial.models import BoardMember, TrackedModel, TrackedQuerySet, User
from editorial.permissions import Somebody, reads_the_record
from editorial.preconditions import etag
from reviews.lifecycle import LIVE, OPEN, State


class ReviewQuerySet(TrackedQuerySet):
    def visible_to(self, user: Somebody) -> Self:
        """Editors and administrators see every review; members see their own and no other."""
        if reads_the_record(user):
            return self
        return self.of(user)

    def of(self, user: Somebody) -> Self:
        return self.filter(member__user=user.pk)

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def unsealed_for(self, user: Somebody) -> Self:
        """Signed reviews whose vote and comments ``user`` may see.

        Editors, the article's writers and members who have signed too; nobody who still owes a review of it.
        """
        mine = Review.objects.of(user)
        signed = self.filter(state=State.SIGNED).exclude(version__in=mine.open().values("version"))
        if reads_the_record(user):
            return signed
        writes = Q(version__article__in=Authorship.objects.filter(user=user.pk).values("article"))
        has_signed = Q(version__in=mine.filter(state=State.SIGNED).values("version"))
        return signed.filter(writes | has_signed)

    def overdue(self, *, at: datetime) -> Self:
        """Unanswered past their answer date, or unsigned past their due date."""
        unanswered = Q(state=State.INVITED, respond_by__lte=at)
        return self.filter(unanswered | Q(state=State.ACCEPTED, due_at__lte=at))


class Review(TrackedModel):
    """``state`` is assigned by ``reviews.transitions.move`` and nowhere else.

    ``stated_at`` and ``wrote`` are there where ``reviews.transitions`` read the review, ``blocking`` and ``has_signed``
    where it read the whole round.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    member = models.ForeignKey(BoardMember, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=20, choices=State, default=State.INVITED, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False, help_text="Counts changes; part of the ETag.")
    message = models.TextField(blank=True, help_text="The editor's words to the member.")
    invited_at = models.DateTimeField(editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, editable=False, related_name="+")
    respond_by = models.DateTimeField(help_text="The invitation asks for an answer until then.")
    due_at = models.DateTimeField("due", help_text="The review is asked for until then.")
    accepted_at = models.DateTimeField(null=True, editable=False)
    state_changed_at = models.DateTimeField(editable=False)
    state_reason = models.TextField(blank=True, editable=False)
    waiver = models.TextField(blank=True, editable=False, help_text="Why an interest does not stand in the way.")
    waived_interests = ArrayField(
        models.BigIntegerField(), default=list, editable=False, help_text="Ids of the disclosures that are waived."
    )
    waived_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    objects = ReviewQuerySet.as_manager()
    may_move = False
    stated_at: datetime | None
    wrote: bool
    blocking: int
    has_signed: bool
    _stored_state: str | None

    class Meta:
        indexes = [
            models.Index("respond_by", "id", name="answers_due", condition=Q(state=State.INVITED)),
            models.Index("due_at", "id", name="reviews_due", condition=Q(state=State.ACCEPTED)),
        ]
        constraints = [
            models.UniqueConstraint(
                "version", "member", condition=Q(state__in=sorted(LIVE)), name="member_reviews_once"
            ),
            models.CheckConstraint(
                condition=Q(waiver="", waived_by=None, waived_interests=[])
                | ~Q(waiver="") & Q(waived_by__isnull=False) & ~Q(waived_interests=[]),
                name="waiver_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member.user} on {self.version}"

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        review = super().from_db(*args, **kwargs)
        review._stored_state = review.__dict__.get("state")
        return review

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises FrozenRecord when the state was assigned outside ``move``."""
        if not self.may_move and self.state != getattr(self, "_stored_state", State.INVITED):
            raise FrozenRecord("A review's state is changed by reviews.transitions.move only.")
        super().save(*args, **kwargs)
        self._stored_state = self.state

    @property
    def etag(self) -> str:
        """Strong entity tag: changes with the review and with what is reviewed."""
        return etag("review", self.pk, self.revision, self.version.revision)

    @property
    def expected_by(self) -> datetime:
        """Until when something is expected of the member of an open review: the answer, else the signature."""
        return self.respond_by if self.state == State.INVITED else self.due_at

    @property
    def subject(self) -> str:
        """How ledger and notices name this review."""
        return f"review:{self.pk}"
