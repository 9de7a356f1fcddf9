"""Reviews: one board member's review of one version, from invitation to signature."""

from datetime import date, datetime
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BooleanField, DateField, Exists, Func, OuterRef, Q, Value

from articles.lifecycle import IN_REVIEW
from articles.lifecycle import State as VersionState
from articles.models import Authorship, Version
from editorial.exceptions import FrozenRecord
from editorial.http.etags import etag
from editorial.models import BoardMember, TrackedModel, TrackedQuerySet, User
from editorial.permissions import AnyUser, reads_the_record
from reviews.lifecycle import ENDED, LIVE, OPEN, State


class Obstructed(Func):
    """Whether the member of a review has an unwaived conflict of interest on a day. PostgreSQL computes it."""

    function = "imprimatur_obstructed"
    output_field = BooleanField()


def _obstructed(on: date) -> Obstructed:
    return Obstructed("pk", Value(on, output_field=DateField()))


def _can_sign(on: date) -> Q:
    """Return a filter for reviews whose member can sign on this day, apart from obstacles that they can remove."""
    return Q(member__in=BoardMember.objects.able(on=on)) & ~Q(_obstructed(on))


class ReviewQuerySet(TrackedQuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Return all reviews for editors and administrators, and the user's own for everyone else."""
        if reads_the_record(user):
            return self
        return self.of(user)

    def of(self, user: AnyUser) -> Self:
        return self.filter(member__user=user.pk)

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def seated(self, *, on: date) -> Self:
        """Return reviews that fill a seat: signed ones, and open ones whose member can sign on this day."""
        return self.filter(Q(state=State.SIGNED) | Q(state__in=OPEN) & _can_sign(on))

    def unable(self, *, on: date) -> Self:
        """Return open reviews whose seat is empty in effect: nothing that the member can do lets them sign.

        The member is out of office, has no valid licence, or has an unwaived conflict of interest.
        """
        return self.open().filter(~_can_sign(on))

    def of_unable_members(self, *, on: date) -> Self:
        """Return open reviews whose member is out of office or has no valid licence."""
        return self.open().exclude(member__in=BoardMember.objects.able(on=on))

    def of_leavers(self, *, on: date) -> Self:
        """Return open reviews whose member is out of office or has a closed account. They are handed on."""
        return self.open().exclude(member__in=BoardMember.objects.in_office(on=on))

    def with_conflicts(self, *, on: date) -> Self:
        """Annotate ``is_obstructed``: whether the member has an unwaived conflict of interest on that day."""
        return self.annotate(is_obstructed=_obstructed(on))

    def unsealed_for(self, user: AnyUser) -> Self:
        """Return reviews whose vote and comments ``user`` may see: signed ones, and ended ones that were handed over.

        Editors, the article's writers and members who have signed see them, but nobody with an open review of the
        version.
        """
        mine = Review.objects.of(user)
        opened = Q(state=State.SIGNED) | Q(state__in=ENDED, handed_over=True)
        signed = self.filter(opened).exclude(version__in=mine.open().values("version"))
        if reads_the_record(user):
            return signed
        writes = Q(version__article__in=Authorship.objects.filter(user=user.pk).values("article"))
        has_signed = Q(version__in=mine.filter(state=State.SIGNED).values("version"))
        return signed.filter(writes | has_signed)

    def with_confirmations(self) -> Self:
        """Annotate ``to_confirm``: whether the signature does not count until its reviewer confirms it."""
        waiting = Q(
            signatures__withdrawal=None, signatures__set_aside=None, signatures__confirmations__confirmed_at=None
        )
        unconfirmed = Review.objects.filter(waiting, signatures__confirmations__isnull=False, pk=OuterRef("pk"))
        return self.annotate(to_confirm=Exists(unconfirmed))

    def ended_for(self, user: AnyUser) -> Self:
        """Return reviews that ended unsigned, for editors and writers, who have to answer their objections.

        Users with an open review of the same version see none.
        """
        under_own_review = Review.objects.of(user).open().values("version")
        ended = self.filter(state__in=ENDED).exclude(version__in=under_own_review)
        if reads_the_record(user):
            return ended
        return ended.filter(version__article__in=Authorship.objects.filter(user=user.pk).values("article"))

    def conflicted(self, *, at: datetime) -> Self:
        """Return reviews with an unwaived conflict of interest, in open rounds and behind valid approvals."""
        valid = Q(state=State.SIGNED, version__state=VersionState.APPROVED, version__valid_until__gt=at)
        counts = ~Q(state=State.SIGNED) | Q(signatures__withdrawal=None, signatures__set_aside=None)
        live = self.filter(valid | Q(state__in=LIVE, version__state__in=IN_REVIEW)).filter(counts)
        return live.filter(_obstructed(at.date())).distinct()

    def overdue(self, *, at: datetime) -> Self:
        """Return invitations past their answer date, and accepted reviews past their due date."""
        unanswered = Q(state=State.INVITED, respond_by__lte=at)
        return self.filter(unanswered | Q(state=State.ACCEPTED, due_at__lte=at))


class Review(TrackedModel):
    """One member's review of one version. Only ``reviews.transitions.move`` assigns ``state``.

    Some attributes are annotations. ``reviews.transitions`` sets ``stated_at``, ``wrote`` and ``accounts``, and for a
    whole round ``has_signed``. ``reviews.allowed_actions`` sets ``to_confirm`` to ``counts``.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    member = models.ForeignKey(BoardMember, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=20, choices=State, default=State.INVITED, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False, help_text="Counts changes; part of the ETag.")
    message = models.TextField(blank=True, help_text="The editor's message to the member.")
    invited_at = models.DateTimeField(editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, editable=False, related_name="+")
    respond_by = models.DateTimeField(help_text="Date by which the invitation asks for an answer.")
    due_at = models.DateTimeField("due", help_text="Date by which the review is due.")
    accepted_at = models.DateTimeField(null=True, editable=False)
    state_changed_at = models.DateTimeField(editable=False)
    state_reason = models.TextField(blank=True, editable=False)
    waiver = models.TextField(
        blank=True, editable=False, help_text="Why the member may review despite a conflict of interest."
    )
    waived_interests = ArrayField(
        models.BigIntegerField(), default=list, editable=False, help_text="Ids of the disclosures that are waived."
    )
    handed_over = models.BooleanField(
        null=True,
        editable=False,
        help_text="Whether the member handed over the work of a review that ended unsigned; empty until they answer.",
    )
    handed_over_at = models.DateTimeField(null=True, editable=False)
    waived_recusals = ArrayField(
        models.BigIntegerField(), default=list, editable=False, help_text="Ids of the recusals that are waived."
    )
    waived_works = ArrayField(
        models.BigIntegerField(), default=list, editable=False, help_text="Ids of cited works of the member's own."
    )
    waived_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    objects = ReviewQuerySet.as_manager()
    may_move = False
    stated_at: datetime | None
    wrote: bool
    accounts: list[int]
    has_signed: bool
    to_confirm: bool
    is_obstructed: bool
    is_reminded: bool
    has_links: bool
    counts: bool
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
                condition=Q(waiver="", waived_by=None, waived_interests=[], waived_recusals=[], waived_works=[])
                | ~Q(waiver="")
                & Q(waived_by__isnull=False)
                & ~Q(waived_interests=[], waived_recusals=[], waived_works=[]),
                name="waiver_and_by",
            ),
            models.CheckConstraint(
                condition=Q(handed_over=None, handed_over_at=None)
                | Q(handed_over__isnull=False, handed_over_at__isnull=False),
                name="handed_over_and_at",
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
        """Raise FrozenRecord when the state was assigned outside ``move``."""
        if not self.may_move and self.state != getattr(self, "_stored_state", State.INVITED):
            raise FrozenRecord("A review's state is changed by reviews.transitions.move only.")
        super().save(*args, **kwargs)
        self._stored_state = self.state

    @property
    def etag(self) -> str:
        """Strong entity tag. It changes with the review and with the version."""
        return etag("review", self.pk, self.revision, self.version.revision)

    @property
    def expected_by(self) -> datetime:
        """The next due date of an open review: of the answer to the invitation, else of the signature."""
        return self.respond_by if self.state == State.INVITED else self.due_at

    @property
    def subject(self) -> str:
        """The name of this review in ledger and notices."""
        return f"review:{self.pk}"
