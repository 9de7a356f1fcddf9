"""Admin pages of reviews, and what this app adds to the pages of ``editorial`` and ``articles``."""

from reviews.admin import (
    approvals,
    article_pages,
    comments_and_verdicts,
    lowerings,
    merging_accounts,
    past_findings,
    reviews,
    signatures,
    tones,
)

__all__ = [
    "approvals",
    "article_pages",
    "comments_and_verdicts",
    "lowerings",
    "merging_accounts",
    "past_findings",
    "reviews",
    "signatures",
    "tones",
]
