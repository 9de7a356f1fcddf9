"""Comments, verdicts on claims, rulings and checklist answers."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, prefetch_related_objects

from articles.models import Claim, Reference, Version
from editorial.models import ChecklistQuestion, TrackedModel, TrackedQuerySet, User
from editorial.permissions import AnyUser
from editorial.record.canonical_json import sha256_hex, timestamp
from reviews.lifecycle import State
from reviews.models.reviews import Review

MAX_WORDS = 20_000
"""Maximum number of characters of a comment, an answer, a statement, a quote or a note."""


def objections_open_to(user: AnyUser) -> Q:
    """Return a filter for objections that ``user`` may read although the review is unsigned or of another round.

    Editors and the article's writers read objections in reviews that ended unsigned. A member who accepted or signed a
    review of a later version of the article reads the objections of its earlier rounds.
    """
    ended = Q(review__in=Review.objects.ended_for(user).values("pk"))
    mine = Review.objects.of(user).filter(
        state__in=(State.ACCEPTED, State.SIGNED),
        version__article=OuterRef("review__version__article"),
        version__number__gt=OuterRef("review__version__number"),
    )
    return ended | Q(Exists(mine))


class Resolution(models.TextChoices):
    """How a comment was resolved."""

    WITHDRAWN = "withdrawn", "withdrawn by its author"
    RULED = "ruled", "ruled on by an editor"
    ANSWERED = "answered", "answered by a writer"


class CommentQuerySet(TrackedQuerySet):
    def blocking(self) -> Self:
        """Return blocking comments that are unresolved, whatever happened to the review in which they were written."""
        return self.filter(is_blocking=True, resolved_at=None)

    def visible_to(self, user: AnyUser) -> Self:
        """Return the user's own comments, and those of signed reviews for those who may read them.

        These are editors, the article's writers and members who have signed too. Blocking comments and the answers to
        them are also visible to everyone named by ``objections_open_to``.
        """
        unsealed = Q(review__in=Review.objects.unsealed_for(user).values("pk"))
        objections = Q(is_blocking=True) | Q(parent__is_blocking=True)
        return self.filter(Q(author=user.pk) | unsealed | (objections & objections_open_to(user)))


class Comment(TrackedModel):
    """A comment in a review, about the whole version, a claim or a quoted passage. Answers form a thread."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="comments")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, blank=True, related_name="comments")
    quote = models.TextField(blank=True, help_text="The passage it is about, word for word.")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    proposal = models.TextField(
        "proposed wording", blank=True, help_text="New wording to replace the passage or claim."
    )
    taken_over_at = models.DateTimeField(null=True, editable=False, help_text="When a writer adopted the wording.")
    taken_over_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    is_blocking = models.BooleanField(
        "blocking", default=False, help_text="Whether it prevents an approval until it is resolved."
    )
    created_at = models.DateTimeField(editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    resolution = models.CharField(
        max_length=20,
        choices=Resolution,
        blank=True,
        editable=False,
        help_text="Empty while it is open, or if it was resolved before this was recorded.",
    )
    resolution_reason = models.TextField(blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="resolved_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(taken_over_at=None, taken_over_by=None)
                | Q(taken_over_at__isnull=False, taken_over_by__isnull=False),
                name="taken_over_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(resolution="", resolution_reason="") | Q(resolved_at__isnull=False),
                name="resolution_of_what_is_resolved",
            ),
            models.CheckConstraint(
                condition=~Q(is_blocking=True, resolution=Resolution.RULED, resolution_reason=""),
                name="ruling_on_a_comment_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Verdict(models.TextChoices):
    SUPPORTS = "supports", "supports"
    PARTLY = "partly", "partly supports"
    DOES_NOT_SUPPORT = "does_not_support", "does not support"
    CONTRADICTS = "contradicts", "contradicts"
    COULD_NOT_CHECK = "could_not_check", "could not check"


NEGATIVE = frozenset({Verdict.DOES_NOT_SUPPORT, Verdict.CONTRADICTS})
"""Verdicts that block an approval until a named person ends them. PostgreSQL has the same rule:
``imprimatur_is_negative``.
"""


class ClaimCheckQuerySet(TrackedQuerySet):
    def signed(self) -> Self:
        """Return verdicts of signed reviews, that is, with a signature that was not withdrawn."""
        return self.filter(review__state=State.SIGNED)

    def with_rulings(self) -> Self:
        """Fetch reviewer, version and the rulings, newest first, so that ``ruling`` needs no further query."""
        return self.with_reviewer().prefetch_related(_rulings())

    def with_reviewer(self) -> Self:
        return self.select_related("review__member__user", "review__version")

    def visible_to(self, user: AnyUser) -> Self:
        """Return the user's own verdicts, and those of signed reviews for those who may read them.

        These are editors, the article's writers and members who have signed too. Negative verdicts are also visible to
        everyone named by ``objections_open_to``.
        """
        mine = Q(review__member__user=user.pk)
        unsealed = Q(review__in=Review.objects.unsealed_for(user).values("pk"))
        return self.filter(mine | unsealed | (Q(verdict__in=sorted(NEGATIVE)) & objections_open_to(user)))


class ClaimCheck(TrackedModel):
    """A reviewer's verdict on one claim and one of the works cited at it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="claim_checks")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="checks")
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="checks")
    verdict = models.CharField(max_length=20, choices=Verdict)
    locator = models.CharField(max_length=200, blank=True, help_text="Where in the work: “p. 12”, “table 2”.")
    quote = models.TextField(blank=True, help_text="The words of the work on which the verdict is based.")
    note = models.TextField(blank=True)
    checked_at = models.DateTimeField(editable=False)

    objects = ClaimCheckQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("review", "claim", "reference", name="one_verdict_per_work")]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.claim}"

    @property
    def ruling(self) -> "Ruling | None":
        """The newest ruling on the current verdict, or its withdrawal. Rulings on earlier ones do not count."""
        if not self.is_negative:
            return None
        return next((ruling for ruling in self.rulings.all() if ruling.holds_for(self)), None)

    @property
    def is_negative(self) -> bool:
        return self.verdict in NEGATIVE

    @property
    def blocks(self) -> bool:
        """Whether it is an open objection: negative, not withdrawn, and without a ruling."""
        return self.is_negative and self.ruling is None


def _rulings() -> Prefetch:
    return Prefetch("rulings", Ruling.objects.select_related("ruled_by").order_by("-ruled_at", "-pk"))


def prefetch_rulings(checks: Iterable[ClaimCheck]) -> None:
    """Fetch the rulings on all negative ``checks`` in one query, so that ``ruling`` needs no further query."""
    prefetch_related_objects([check for check in checks if check.is_negative], _rulings())


def verdicts_hash(checks: Iterable[ClaimCheck]) -> str:
    """Return the SHA-256 over all verdicts of a review as signed. The ledger keeps it, to find a changed verdict."""
    fields = [
        [
            check.pk,
            check.claim_id,
            check.reference_id,
            str(check.verdict),
            check.locator,
            check.quote,
            check.note,
            timestamp(check.checked_at),
        ]
        for check in sorted(checks, key=lambda check: check.pk)
    ]
    return sha256_hex(["imprimatur-verdicts/1", fields])


class CarriedCheck(models.Model):
    """A verdict of an earlier version that counts for the same claim and work in a later one. Rows are never changed.

    It refers to the original verdict, so its author and date are on record. Whether it still counts is decided on every
    read: not for a retracted work, and not past its shelf life.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="carried_checks")
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="+")
    claim_check = models.ForeignKey(ClaimCheck, on_delete=models.PROTECT, related_name="carried_to")
    carried_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("claim", "reference", "claim_check", name="carried_once")]

    def __str__(self) -> str:
        return f"carried: {self.claim_check}"

    @property
    def has_other_context(self) -> bool:
        """Whether the context of the claim differs from the one in which the verdict was given."""
        return not self.claim.is_in_context_of(self.claim_check.claim)


def carried_hash(rows: Iterable[CarriedCheck]) -> str:
    """Return the SHA-256 over all verdicts carried over at once. The ledger keeps it, to find a changed row."""
    carried = sorted((row.pk, row.claim_id, row.reference_id, row.claim_check_id) for row in rows)
    return sha256_hex(["imprimatur-carried/1", carried])


class RulingKind(models.TextChoices):
    """Who ended the objection: an editor by a ruling, or its reviewer by withdrawing it."""

    RULED = "ruled", "ruled on by an editor"
    WITHDRAWN = "withdrawn", "withdrawn by its reviewer"


class Ruling(models.Model):
    """An editor's decision that a claim stays despite a verdict, or a reviewer's withdrawal of it. Never changed."""

    claim_check = models.ForeignKey(ClaimCheck, on_delete=models.PROTECT, related_name="rulings")
    kind = models.CharField(max_length=20, choices=RulingKind, default=RulingKind.RULED)
    verdict = models.CharField(max_length=20, choices=Verdict, help_text="The verdict that was ruled on.")
    reason = models.TextField()
    ruled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="rulings")
    ruled_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="ruling_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.claim_check}"

    def holds_for(self, check: ClaimCheck) -> bool:
        """Whether the ruling is about the current verdict of ``check``."""
        return self.verdict == check.verdict and check.checked_at <= self.ruled_at


def ruling_hash(ruling: Ruling) -> str:
    """Return the SHA-256 over all fields of ``ruling``. The ledger keeps it, so that a changed row is found.

    An editor's ruling keeps the format from before reviewers could withdraw a verdict.
    """
    fields = [ruling.pk, ruling.claim_check_id, str(ruling.verdict), ruling.reason, ruling.ruled_by_id]
    if ruling.kind == RulingKind.RULED:
        return sha256_hex(["imprimatur-ruling/1", *fields, timestamp(ruling.ruled_at)])
    return sha256_hex(["imprimatur-ruling/2", *fields, str(ruling.kind), timestamp(ruling.ruled_at)])


class ChecklistAnswer(TrackedModel):
    """A reviewer's answer to a question of the policy. Signing copies the answers to the signature."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="checklist_answers")
    question = models.ForeignKey(ChecklistQuestion, on_delete=models.PROTECT, related_name="+")
    value = models.TextField(help_text="“1” to “5”, “yes” or “no”, or words, as the question asks.")

    objects = TrackedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("review", "question", name="answered_once")]

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"
