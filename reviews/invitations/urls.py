"""Addresses of the pages of a review, for member and editors."""

from django.urls import reverse
from django.utils.http import urlencode

from reviews.models import Review


def admin_path(review: Review) -> str:
    """The page of ``review`` for its member and the editors."""
    return reverse("admin:reviews_review_change", args=[review.pk])


def interests_path(review: Review) -> str:
    """The form for the member's statement of interests, which leads back to ``review``."""
    form = reverse("admin:editorial_boardmember_do", args=[review.member_id, "state-interests"])
    return f"{form}?{urlencode({'next': admin_path(review)})}"


def member_path(review: Review) -> str:
    """The page of the board member, with term and licence."""
    return reverse("admin:editorial_boardmember_change", args=[review.member_id])


def decline_path(review: Review) -> str:
    """The form with which the member declines ``review``."""
    return reverse("admin:reviews_review_do", args=[review.pk, "decline"])


def recusal_path(review: Review) -> str:
    """The form with which the member recuses themselves from ``review``."""
    return reverse("admin:reviews_review_do", args=[review.pk, "recuse"])


def cancel_path(review: Review) -> str:
    """The form with which editors cancel ``review``."""
    return reverse("admin:reviews_review_do", args=[review.pk, "cancel"])
