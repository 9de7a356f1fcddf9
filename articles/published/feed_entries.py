"""For search engines and feed readers: the articles to index, and the latest approvals and retractions."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from articles.lifecycle import State
from articles.models import Rendition, Version
from articles.published.dates_and_urls import address, printable
from articles.published.document import last_modified, notice
from articles.published.review import statement
from articles.published.visible_version import Shown
from editorial.models import EditorialPolicy

NEWS = 50
"""Maximum number of entries in the feed."""


@dataclass(frozen=True)
class News:
    """An article that is validly approved, or was retracted. Its words are true at the time of reading."""

    shown: Shown
    summary: str
    """The summary of the primary text."""

    @property
    def title(self) -> str:
        kind = "Retracted" if self.shown.is_retracted else "Approved"
        return printable(f"{kind}: {self.shown.version.question}")

    @property
    def words(self) -> str:
        """The status of the review and the summary; for a retracted article the notice."""
        if self.shown.is_retracted:
            return printable(notice(self.shown))
        return printable(f"{statement(self.shown)}. {self.summary}")

    @property
    def happened_at(self) -> datetime:
        version = self.shown.version
        return version.state_changed_at if self.shown.is_retracted else version.approved_at or version.state_changed_at

    @property
    def updated_at(self) -> datetime:
        return last_modified(self.shown)

    @property
    def url(self) -> str:
        return address("pages:article", self.shown.article.slug)

    @property
    def name(self) -> str:
        """The unique id of this entry: the version and its standing."""
        return f"{self.url}#version-{self.shown.version.number}-{self.shown.standing}"


def indexable(*, policy: EditorialPolicy | None, at: datetime) -> QuerySet[Version]:
    """Return the versions that search engines may index: the validly approved ones. Excerpts show no caution."""
    approved = Version.objects.filter(state=State.APPROVED, valid_until__gt=at) if policy else Version.objects.none()
    return approved.select_related("article").order_by("article_id")


def news(*, at: datetime) -> list[News]:
    """Return the versions that are validly approved and those that were retracted, the latest first. Three queries."""
    policy = EditorialPolicy.objects.published(at=at).first()
    if policy is None:
        return []
    shown = Version.objects.shown_to_readers(show_pending=policy.show_pending).select_related("article")
    summary = Subquery(Rendition.objects.filter(version=OuterRef("pk"), is_primary=True).values("summary"))
    approved = indexable(policy=policy, at=at).annotate(summary=summary).order_by("-approved_at", "-pk")
    retracted = shown.filter(state=State.RETRACTED).annotate(summary=summary).order_by("-state_changed_at", "-pk")
    entries = [
        News(Shown(version=version, policy=policy, at=at), summary=version.summary)
        for versions in (approved, retracted)
        for version in versions[:NEWS]
    ]
    return sorted(entries, key=lambda entry: entry.happened_at, reverse=True)[:NEWS]
