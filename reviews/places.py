"""Where people find a review."""

from django.urls import reverse

from reviews.models import Review


def admin_path(review: Review) -> str:
    """Where its member and the editors find ``review``."""
    return reverse("admin:reviews_review_change", args=[review.pk])
