"""The list of articles that readers may read."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from articles.lifecycle import State
from articles.models import Rendition, Version
from articles.reading.review import Status, statement, status
from articles.reading.shown import Shown
from articles.reading.wording import address, utc
from editorial.models import EditorialPolicy

NEWEST_FIRST = ("-article_id", "-pk")
"""The order of the list: it does not change when a text does, so that no page is missed while turning them."""


def listed(
    *, policy: EditorialPolicy | None, at: datetime, specialty: str = "", step: str = ""
) -> QuerySet[Version, Version]:
    """The version of each public article that readers are shown, retracted ones left out; with texts, without bodies.

    ``policy`` is the one in force ``at``; without one nothing is public. Two queries, whatever the number of rows.
    """
    if policy is None:
        return Version.objects.none()
    shown = Version.objects.shown_to_readers(show_pending=policy.show_pending).exclude(state=State.RETRACTED)
    if specialty:
        shown = shown.filter(article__specialties__contains=[specialty])
    if step:
        shown = shown.filter(_at_step(Status(step), at=at))
    texts = Rendition.objects.in_order().defer("body")
    return shown.select_related("article").prefetch_related(Prefetch("renditions", texts))


def _at_step(step: Status, *, at: datetime) -> Q:
    approved = Q(state=State.APPROVED, valid_until__gt=at)
    if step == Status.APPROVED:
        return approved
    submitted = Q(state=State.SUBMITTED)
    return submitted if step == Status.SUBMITTED else ~approved & ~submitted


def entry(shown: Shown) -> dict[str, Any]:
    """One article in the list. Values are JSON values."""
    version, slug = shown.version, shown.article.slug
    texts = list(version.renditions.all())
    return {
        "slug": slug,
        "question": version.question,
        "status": status(shown).value,
        "statement": statement(shown),
        "summary": texts[0].summary,
        "audiences": [{"code": text.audience.code, "name": text.audience.name} for text in texts],
        "specialties": shown.article.specialties,
        "last_reviewed": utc(version.approved_at),
        "updated_at": utc(version.updated_at),
        "url": address("reader:article", slug),
        "html": address("pages:article", slug),
    }
