"""What is held back from somebody who still owes a review: colleagues' votes and words, wherever they would show."""

from django.db.models import Q, QuerySet

from editorial.models import LedgerEntry, User
from reviews.models import Review


def owes_a_review(user: User, review: Review) -> bool:
    """Whether ``user`` has still to sign on what ``review`` is about, so that another's review is sealed for them."""
    return (
        review.member.user_id != user.pk and Review.objects.of(user).open().filter(version=review.version_id).exists()
    )


def unsealed_entries(entries: QuerySet[LedgerEntry], user: User) -> QuerySet[LedgerEntry]:
    """``entries`` without those about colleagues' reviews of versions on which ``user`` has still to sign."""
    owed = list(Review.objects.of(user).open().values_list("version", flat=True))
    mine = list(Review.objects.of(user).filter(version__in=owed).values_list("pk", flat=True))
    about_reviews = Q(action__startswith="review.", payload__version_id__in=owed)
    return entries.exclude(about_reviews & ~Q(payload__review__in=mine)) if owed else entries
