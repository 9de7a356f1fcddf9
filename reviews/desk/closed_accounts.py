"""Objections of closed accounts: their authors can no longer withdraw them."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.models import Version
from editorial.permissions import AnyUser
from reviews.models import ClaimCheck, Comment, Ruling
from reviews.models.comments_and_verdicts import NEGATIVE


def with_objections_of_closed_accounts(versions: QuerySet[Version], *, seen_by: AnyUser) -> QuerySet[Version]:
    """Return those of ``versions`` whose article has an open objection of a closed account that the user may read.

    Objections to changed words that a reviewer accepted are left out. ``open_objections`` returns all.
    """
    comments = (
        Comment.objects.visible_to(seen_by)
        .blocking()
        .filter(author__is_active=False, version__article=OuterRef("article"))
    )
    in_article = Q(review__member__user__is_active=False, review__version__article=OuterRef("article"))
    ruled = Ruling.objects.filter(
        claim_check=OuterRef("pk"), verdict=OuterRef("verdict"), ruled_at__gte=OuterRef("checked_at")
    )
    later = ClaimCheck.objects.filter(
        review__member=OuterRef("review__member"),
        review__version__article=OuterRef("review__version__article"),
        claim__words=OuterRef("claim__words"),
        review__gt=OuterRef("review"),
    )
    negative = ClaimCheck.objects.visible_to(seen_by).filter(verdict__in=sorted(NEGATIVE))
    verdicts = negative.filter(in_article, ~Exists(ruled), ~Exists(later))
    return versions.filter(
        Exists(comments.filter(accepted_changes=None)) | Exists(verdicts.filter(accepted_changes=None))
    )
