"""For search engines and feed readers: which answers may be found, and what was approved or retracted last."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from articles.lifecycle import State
from articles.models import Rendition, Version
from articles.reading.document import last_modified, notice
from articles.reading.review import statement
from articles.reading.shown import Shown
from articles.reading.wording import address, printable
from editorial.models import EditorialPolicy

NEWS = 50
"""Entries of the feed."""


@dataclass(frozen=True)
class News:
    """An answer that is validly approved, or was retracted, in words that are true at the moment of reading."""

    shown: Shown
    summary: str
    """Of its primary text."""

    @property
    def title(self) -> str:
        kind = "Retracted" if self.shown.is_retracted else "Approved"
        return printable(f"{kind}: {self.shown.version.question}")

    @property
    def words(self) -> str:
        """How the review stands, and what the answer says in short; of a retracted one the notice."""
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
        """What tells this entry from every other one: the version and what became of it."""
        return f"{self.url}#version-{self.shown.version.number}-{self.shown.standing}"


def indexable(*, policy: EditorialPolicy | None, at: datetime) -> QuerySet[Version]:
    """Versions whose pages search engines may show, whose excerpts carry no caution: the validly approved ones."""
    approved = Version.objects.filter(state=State.APPROVED, valid_until__gt=at) if policy else Version.objects.none()
    return approved.select_related("article").order_by("article_id")


def news(*, at: datetime) -> list[News]:
    """What was approved and is so, and what was retracted, the latest first. Three queries."""
    policy = EditorialPolicy.objects.published(at=at).first()
    if policy is None:
        return []
    shown = Version.objects.shown_to_readers(show_pending=policy.show_pending).select_related("article")
    summary = Subquery(Rendition.objects.filter(version=OuterRef("pk"), is_primary=True).values("summary"))
    approved = indexable(policy=policy, at=at).annotate(summary=summary).order_by("-approved_at", "-pk")
    retracted = shown.filter(state=State.RETRACTED).annotate(summary=summary).order_by("-state_changed_at", "-pk")
    found = [
        News(Shown(version=version, policy=policy, at=at), summary=version.summary)
        for versions in (approved, retracted)
        for version in versions[:NEWS]
    ]
    return sorted(found, key=lambda one: one.happened_at, reverse=True)[:NEWS]
