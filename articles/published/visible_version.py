"""Which version of an article readers are shown at a moment, and how its review stands then."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Subquery, TextChoices

from articles.along import first, made
from articles.lifecycle import State
from articles.models import Article, Version
from articles.models.version import VersionQuerySet, ranks_shown
from editorial.exceptions import OutOfSight
from editorial.models import EditorialPolicy

POLICY = ("id", "number", "title", "caution", "fallbacks", "show_pending", "in_force_from")
"""As much of the policy in force as tells what readers are shown, and how."""


class Standing(TextChoices):
    """How the review of a shown version stands at a moment. An approval lapses by the clock alone."""

    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    RETRACTED = "retracted"


@dataclass(frozen=True)
class Shown:
    """A version as readers are shown it ``at`` a moment, with the ``policy`` in force then."""

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
        """Validly approved at that moment: the only thing that lifts the caution."""
        return self.standing == Standing.APPROVED

    @property
    def is_retracted(self) -> bool:
        return self.standing == Standing.RETRACTED


def find(slug: str, *, at: datetime) -> Shown:
    """What readers are shown of an article at ``at``, perhaps a retracted version. One query.

    Raises OutOfSight when there is no such article, or nothing of it that readers may see, and when no policy is in
    force: nothing is public without one.
    """
    found = shown_in(Version.objects.filter(article__slug=slug), at=at)
    if not found:
        raise no_such_article()
    return found[0]


def no_such_article() -> OutOfSight:
    """The refusal of what does not exist, or is not for readers."""
    return OutOfSight("There is no such article.")


def shown_of(article: Article, *, at: datetime) -> Shown | None:
    """As ``find``, for an article that is known; None when readers are shown nothing of it."""
    return next(iter(shown_in(Version.objects.filter(article=article), at=at)), None)


def shown_in(versions: VersionQuerySet, *, at: datetime) -> list[Shown]:
    """Those of ``versions`` that readers are shown, with whatever comes along. One query."""
    in_force = EditorialPolicy.objects.published(at=at)
    shown = versions.shown_to_readers(show_pending=Subquery(in_force.values("show_pending")[:1]))
    found = shown.select_related("article", "policy").annotate(in_force=first(in_force, *POLICY))
    return [Shown(version, made(EditorialPolicy, version.in_force), at) for version in found if version.in_force]


def shown_among(versions: Iterable[Version], *, policy: EditorialPolicy | None, at: datetime) -> Shown | None:
    """As ``shown_of``, for an article all versions of which are at hand. No query."""
    if policy is None:
        return None
    ranks = ranks_shown(show_pending=policy.show_pending)
    public = [one for one in versions if one.state in ranks]
    first = min(public, key=lambda one: (ranks[State(one.state)], -one.number), default=None)
    return Shown(version=first, policy=policy, at=at) if first else None
