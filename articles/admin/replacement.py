"""The page of a work: the articles that cite it, and replacing it by another work."""

from collections.abc import Mapping

from articles.library.cited_by import CitedBy, articles_citing, cited_by
from articles.models import Reference
from articles.verbs.references import REPLACE, SUPERSEDE
from editorial.models import User
from editorial.permissions import is_editor

ARTICLES = 100
"""Maximum number of articles on a work's page."""


def offered(user: User, work: Reference) -> Mapping[str, str]:
    """Return the two verbs, each with the reason why it is not possible, for an unmerged record."""
    reason = "" if is_editor(user) else "Only editors do this."
    return {
        SUPERSEDE.name: reason,
        REPLACE.name: reason or ("" if work.superseded_by_id else "Say first which work takes its place."),
    }


def citing(work: Reference, *, user: User) -> tuple[list[CitedBy], bool]:
    """Return the first articles visible to ``user`` that cite ``work``, and whether there are more."""
    articles = list(articles_citing(work, seen_by=user).order_by("slug", "pk")[: ARTICLES + 1])
    return cited_by(work, articles[:ARTICLES]), len(articles) > ARTICLES
