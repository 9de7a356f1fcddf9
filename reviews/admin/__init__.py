"""The pages of reviews, and of what they add to the floors below."""

from reviews.admin import over_articles, review, work

__all__ = ["over_articles", "review", "work"]
