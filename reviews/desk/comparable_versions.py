"""The versions with which a reviewer may compare the version under review."""

from django.db.models import Q

from articles.models import Version
from articles.models.versions import EVER_APPROVED, VersionQuerySet
from editorial.permissions import AnyUser
from reviews.desk.changed_claims import last_signed_version
from reviews.models import Review
from reviews.permissions import texts_read_by


def comparable_versions(review: Review, *, user: AnyUser) -> VersionQuerySet:
    """Return other versions of the article whose text ``user`` may read, newest first.

    These are the versions in ``texts_read_by``, and those that were approved at some time.
    """
    read = texts_read_by(user).filter(article=review.version.article_id).values("pk")
    others = Version.objects.filter(article=review.version.article_id).exclude(pk=review.version_id)
    return others.filter(Q(pk__in=read) | Q(state__in=EVER_APPROVED)).newest_first()


def default_comparison(review: Review, *, user: AnyUser) -> Version | None:
    """Return the version that the reviewer last signed, else the last approved earlier one, else the one before."""
    earlier = comparable_versions(review, user=user).filter(number__lt=review.version.number)
    signed = last_signed_version(review)
    last_signed = earlier.filter(pk=signed.pk).first() if signed else None
    return last_signed or earlier.filter(state__in=EVER_APPROVED).first() or earlier.first()
