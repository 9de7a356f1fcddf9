"""Unsigned work: how much a reviewer wrote in reviews that ended unsigned, and whether they still decide about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q

from reviews.lifecycle import ENDED
from reviews.models.comments_and_verdicts import NEGATIVE
from reviews.models.reviews import Review


@dataclass(frozen=True)
class UnsignedWork:
    """How much one member wrote in a review. ``objections`` counts blocking comments and negative verdicts."""

    comments: int
    verdicts: int
    objections: int

    @property
    def is_anything(self) -> bool:
        return bool(self.comments or self.verdicts)

    @property
    def words(self) -> str:
        """The counts as text, such as “2 comments and 5 verdicts”."""
        counted = ((self.comments, "comment"), (self.verdicts, "verdict"))
        return " and ".join(f"{count} {noun}{'s' if count > 1 else ''}" for count, noun in counted if count)


def count_unsigned_work(reviews: Collection[Review]) -> Mapping[int, UnsignedWork]:
    """Count what was written in each of ``reviews``, by review id, without the writers' answers. One query."""
    own = Q(comments__author=F("member__user"))
    blocking = own & Q(comments__is_blocking=True, comments__resolved_at=None)
    counted = Review.objects.filter(pk__in=[review.pk for review in reviews]).annotate(
        said=Count("comments", filter=own, distinct=True),
        given=Count("claim_checks", distinct=True),
        blocking=Count("comments", filter=blocking, distinct=True),
        against=Count("claim_checks", filter=Q(claim_checks__verdict__in=sorted(NEGATIVE)), distinct=True),
    )
    rows = counted.values_list("pk", "said", "given", "blocking", "against")
    return {
        pk: UnsignedWork(comments, verdicts, blocking + against) for pk, comments, verdicts, blocking, against in rows
    }


def asks_to_hand_over(review: Review) -> bool:
    """Whether the member of ``review`` still has to decide what happens to their unsigned work. One query at most."""
    if review.state not in ENDED or review.handed_over is not None or review.accepted_at is None:
        return False
    return count_unsigned_work([review])[review.pk].is_anything
