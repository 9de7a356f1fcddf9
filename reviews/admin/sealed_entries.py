"""What pages hide: colleagues' votes and words before the user has signed, and the text after leaving a round."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from editorial.admin.history import HistoryPages
from editorial.models import LedgerEntry, User
from reviews.models import Comment, Review
from reviews.permissions import WITHHELD, texts_read_by


def owes_a_review(user: User, review: Review) -> bool:
    """Whether ``review`` is sealed for ``user``: it is a colleague's, and ``user`` has yet to sign on its version."""
    return (
        review.member.user_id != user.pk and Review.objects.of(user).open().filter(version=review.version_id).exists()
    )


def unsealed_entries(entries: QuerySet[LedgerEntry], user: User) -> QuerySet[LedgerEntry]:
    """Return ``entries`` without those about colleagues' reviews of versions on which ``user`` has yet to sign."""
    owed = list(Review.objects.of(user).open().values_list("version", flat=True))
    mine = list(Review.objects.of(user).filter(version__in=owed).values_list("pk", flat=True))
    about_reviews = Q(action__startswith="review.", payload__version_id__in=owed)
    return entries.exclude(about_reviews & ~Q(payload__review__in=mine)) if owed else entries


class OnClaims(HistoryPages):
    """Pages of records about claims. Each has ``is_in_sight``: whether the user may read the text that it is about.

    Users who may not read it see no claim. They see no history either, because its rows quote claims.
    """

    def visible(self, rows: QuerySet, user: User) -> QuerySet:
        version = "version" if self.model is Comment else "review__version"
        is_in_sight = Exists(texts_read_by(user).filter(pk=OuterRef(version)))
        return rows.visible_to(user).annotate(is_in_sight=is_in_sight)  # type: ignore[attr-defined]

    def may_read_history(self, request: HttpRequest, record: Any) -> bool:
        return super().may_read_history(request, record) and (record.claim_id is None or record.is_in_sight)


def claim_words(record: Any) -> str:
    """Return the claim of a record of ``OnClaims``, or ``WITHHELD`` if the user may not read the text."""
    return record.claim.text if record.is_in_sight else WITHHELD
