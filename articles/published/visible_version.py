"""Find the version of an article that readers see at a given time, and the standing of its review."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Subquery, TextChoices

from articles.lifecycle import State
from articles.models import Article, Version
from articles.models.json_rows import first, instance_from_row
from articles.models.versions import VersionQuerySet, ranks_shown
from editorial.exceptions import NotFound
from editorial.models import EditorialPolicy

POLICY = ("id", "number", "title", "caution", "fallbacks", "show_pending", "in_force_from")
"""The columns of the policy in force that decide what readers see, and how."""


class Standing(TextChoices):
    """The standing of the review of a visible version. An approval lapses with time; no change of state records it."""

    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    RETRACTED = "retracted"


@dataclass(frozen=True)
class Shown:
    """A version that readers see at the time ``at``, with the ``policy`` in force then."""

    version: Version
    policy: EditorialPolicy
    at: datetime

    @property
    def article(self) -> Article:
        return self.version.article

    @property
    def standing(self) -> Standing:
        if self.version.state == State.APPROVED and not self.version.is_validly_approved(at=self.at):
            return Standing.LAPSED
        return Standing(self.version.state)

    @property
    def is_approved(self) -> bool:
        """Whether the version is validly approved at that time. Only then its page has no caution."""
        return self.standing == Standing.APPROVED

    @property
    def is_retracted(self) -> bool:
        return self.standing == Standing.RETRACTED


def find(slug: str, *, at: datetime) -> Shown:
    """Return the version of an article that readers see at ``at``, which may be a retracted one. One query.

    Raises NotFound if there is no such article, if readers may see no version of it, or if no policy is in force:
    nothing is public without one.
    """
    shown = shown_in(Version.objects.filter(article__slug=slug), at=at)
    if not shown:
        raise no_such_article()
    return shown[0]


def no_such_article() -> NotFound:
    """Return the error for an article that does not exist or is not public."""
    return NotFound("There is no such article.")


def shown_of(article: Article, *, at: datetime) -> Shown | None:
    """Return what ``find`` returns, for a loaded ``article``; None if no version of it is public."""
    return next(iter(shown_in(Version.objects.filter(article=article), at=at)), None)


def shown_in(versions: VersionQuerySet, *, at: datetime) -> list[Shown]:
    """Return those of ``versions`` that readers see, with their annotations. One query."""
    in_force = EditorialPolicy.objects.published(at=at)
    shown = versions.shown_to_readers(show_pending=Subquery(in_force.values("show_pending")[:1]))
    rows = shown.select_related("article", "policy").annotate(in_force=first(in_force, *POLICY))
    return [
        Shown(version, instance_from_row(EditorialPolicy, version.in_force), at) for version in rows if version.in_force
    ]


def shown_among(versions: Iterable[Version], *, policy: EditorialPolicy | None, at: datetime) -> Shown | None:
    """Return what ``shown_of`` returns, for an article whose ``versions`` are all loaded. No query."""
    if policy is None:
        return None
    ranks = ranks_shown(show_pending=policy.show_pending)
    public = [version for version in versions if version.state in ranks]
    first = min(public, key=lambda version: (ranks[State(version.state)], -version.number), default=None)
    return Shown(version=first, policy=policy, at=at) if first else None
