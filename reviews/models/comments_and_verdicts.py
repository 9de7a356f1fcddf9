"""What a reviewer writes down: comments, and verdicts on claims."""

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Prefetch, Q, prefetch_related_objects

from articles.models import Claim, Reference, Version
from editorial.canonical import sha256_hex, timestamp
from editorial.models import ChecklistQuestion, TrackedModel, TrackedQuerySet, User
from editorial.permissions import Somebody
from reviews.lifecycle import State
from reviews.models.review import Review


class CommentQuerySet(TrackedQuerySet):
    def blocking(self) -> Self:
        """Blocking comments that nobody has resolved, of reviews that still count."""
        return self.filter(is_blocking=True, resolved_at=None, review__state__in=[State.ACCEPTED, State.SIGNED])

    def visible_to(self, user: Somebody) -> Self:
        """One's own; those of signed reviews for editors, the article's writers and members who have signed too."""
        return self.filter(Q(author=user.pk) | Q(review__in=Review.objects.unsealed_for(user).values("pk")))


class Comment(TrackedModel):
    """A remark in a review, about the whole version, a claim or a quoted passage; answers are threaded."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="comments")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, blank=True, related_name="comments")
    quote = models.TextField(blank=True, help_text="The passage it is about, word for word.")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    proposal = models.TextField(
        "proposed wording", blank=True, help_text="What should stand in place of the passage or claim."
    )
    taken_over_at = models.DateTimeField(null=True, editable=False, help_text="When a writer took the wording over.")
    taken_over_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    is_blocking = models.BooleanField("blocking", default=False, help_text="No approval while it is unresolved.")
    created_at = models.DateTimeField(editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")

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
"""Verdicts that block an approval until the claim changes or an editor rules on them."""


class ClaimCheckQuerySet(TrackedQuerySet):
    def signed(self) -> Self:
        """Verdicts that their reviewer stands by: a signed review has a signature that was not withdrawn."""
        return self.filter(review__state=State.SIGNED)

    def with_rulings(self) -> Self:
        """With reviewer and version, and what was ruled on each, the newest first, so that ``ruling`` asks no more."""
        return self.with_reviewer().prefetch_related(_rulings())

    def with_reviewer(self) -> Self:
        return self.select_related("review__member__user", "review__version")

    def visible_to(self, user: Somebody) -> Self:
        """One's own; those of signed reviews for editors, the article's writers and members who have signed too."""
        mine = Q(review__member__user=user.pk)
        return self.filter(mine | Q(review__in=Review.objects.unsealed_for(user).values("pk")))


class ClaimCheck(TrackedModel):
    """A reviewer's verdict on one claim against one of the works cited at it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="claim_checks")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="checks")
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="checks")
    verdict = models.CharField(max_length=20, choices=Verdict)
    locator = models.CharField(max_length=200, blank=True, help_text="Where in the work: “p. 12”, “table 2”.")
    quote = models.TextField(blank=True, help_text="The words of the work that the verdict stands on.")
    note = models.TextField(blank=True)
    checked_at = models.DateTimeField(editable=False)

    objects = ClaimCheckQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("review", "claim", "reference", name="one_verdict_per_work")]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.claim}"

    @property
    def ruling(self) -> "Ruling | None":
        """The newest ruling on the verdict as it is now; one on what it said before does not hold."""
        if not self.is_negative:
            return None
        return next((ruling for ruling in self.rulings.all() if ruling.holds_for(self)), None)

    @property
    def is_negative(self) -> bool:
        return self.verdict in NEGATIVE

    @property
    def blocks(self) -> bool:
        """Whether it stands against an approval: negative, and no editor has ruled on it."""
        return self.is_negative and self.ruling is None


def _rulings() -> Prefetch:
    return Prefetch("rulings", Ruling.objects.select_related("ruled_by").order_by("-ruled_at", "-pk"))


def read_rulings(checks: Iterable[ClaimCheck]) -> None:
    """Read what was ruled on those of ``checks`` that can be ruled on, so that ``ruling`` asks no more. One query."""
    prefetch_related_objects([check for check in checks if check.is_negative], _rulings())


def verdicts_hash(checks: Iterable[ClaimCheck]) -> str:
    """SHA-256 over all verdicts of a review as they are signed: what the ledger keeps to find a changed one by."""
    given = [
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
    return sha256_hex(["imprimatur-verdicts/1", given])


class CarriedCheck(models.Model):
    """A verdict of an earlier version that stands for the same claim and work in a later one. Written once.

    It names the verdict itself, so whom it comes from and when is on record. Whether it still counts is decided when
    it is counted: not over a retracted work, and not past its shelf life.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="carried_checks")
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="+")
    claim_check = models.ForeignKey(ClaimCheck, on_delete=models.PROTECT, related_name="carried_to")
    carried_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("claim", "reference", "claim_check", name="carried_once")]

    def __str__(self) -> str:
        return f"carried: {self.claim_check}"


def carried_hash(rows: Iterable[CarriedCheck]) -> str:
    """SHA-256 over all that was carried over at once: what the ledger keeps to find a changed row by."""
    carried = sorted((row.pk, row.claim_id, row.reference_id, row.claim_check_id) for row in rows)
    return sha256_hex(["imprimatur-carried/1", carried])


class Ruling(models.Model):
    """An editor lets a claim stand against a verdict, for a reason that stays on record. Written once."""

    claim_check = models.ForeignKey(ClaimCheck, on_delete=models.PROTECT, related_name="rulings")
    verdict = models.CharField(max_length=20, choices=Verdict, help_text="The verdict that was ruled on.")
    reason = models.TextField()
    ruled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="rulings")
    ruled_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"ruled on: {self.claim_check}"

    def holds_for(self, check: ClaimCheck) -> bool:
        """Whether ``check`` still says what was ruled on."""
        return self.verdict == check.verdict and check.checked_at <= self.ruled_at


def ruling_hash(ruling: Ruling) -> str:
    """SHA-256 over everything that ``ruling`` says: what the ledger keeps to find a changed one by."""
    said = [ruling.pk, ruling.claim_check_id, str(ruling.verdict), ruling.reason, ruling.ruled_by_id]
    return sha256_hex(["imprimatur-ruling/1", *said, timestamp(ruling.ruled_at)])


class ChecklistAnswer(TrackedModel):
    """A reviewer's answer to a question of the policy; what was signed is copied to the signature."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="checklist_answers")
    question = models.ForeignKey(ChecklistQuestion, on_delete=models.PROTECT, related_name="+")
    value = models.TextField(help_text="“1” to “5”, “yes” or “no”, or words, as the question asks.")

    objects = TrackedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("review", "question", name="answered_once")]

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"
