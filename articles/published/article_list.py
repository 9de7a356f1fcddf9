"""The list of articles that readers may read."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.lifecycle import State
from articles.models import ArticleProduct, Citation, Reference, Rendition, Version
from articles.reading.material import SUMMARY, texts
from articles.reading.review import Status, statement, status
from articles.reading.shown import Shown
from articles.reading.wording import address, utc
from editorial.models import EditorialPolicy

NEWEST_FIRST = ("-article_id", "-pk")
"""The order of the list: it does not change when a text does, so that no page is missed while turning them."""


@dataclass(frozen=True)
class Filters:
    """What a reader wants of the list; empty for everything.

    ``specialty`` and ``audience`` are codes, ``step`` one of ``Status``, ``cites`` the DOI or PMID of a work,
    ``product`` the name of a product, ``reviewed_since`` a moment.
    """

    specialty: str = ""
    audience: str = ""
    step: str = ""
    cites: str = ""
    product: str = ""
    reviewed_since: datetime | None = None

    def versions(self, *, at: datetime) -> Q:
        """For versions that are shown ``at`` a moment."""
        work = Citation.objects.filter(version=OuterRef("pk"))
        product = ArticleProduct.objects.filter(article=OuterRef("article"), product__name__iexact=self.product)
        text = Rendition.objects.filter(version=OuterRef("pk"), audience__code=self.audience)
        named = Q(reference__doi__iexact=self.cites) | Q(reference__pmid=self.cites)
        conditions = {
            "specialty": Q(article__specialties__contains=[self.specialty]),
            "audience": Q(Exists(text)),
            "step": _at_step(Status(self.step), at=at) if self.step else Q(),
            "cites": Q(Exists(work.filter(named))),
            "product": Q(Exists(product)),
            "reviewed_since": Q(approved_at__gte=self.reviewed_since),
        }
        return Q(*(conditions[name] for name in self.given()))

    def given(self) -> dict[str, Any]:
        """Those that are not empty."""
        return {name: value for name, value in asdict(self).items() if value}


EVERYTHING = Filters()


def listed(
    *, policy: EditorialPolicy | None, at: datetime, filters: Filters = EVERYTHING
) -> QuerySet[Version, Version]:
    """The version of each public article that readers are shown, retracted ones left out; with texts, without bodies.

    ``policy`` is the one in force ``at``; without one nothing is public. One query, whatever the number of rows.
    """
    if policy is None:
        return Version.objects.none()
    shown = Version.objects.shown_to_readers(show_pending=policy.show_pending).exclude(state=State.RETRACTED)
    return shown.filter(filters.versions(at=at)).select_related("article").annotate(texts=texts(*SUMMARY))


def _at_step(step: Status, *, at: datetime) -> Q:
    approved = Q(state=State.APPROVED, valid_until__gt=at)
    if step == Status.APPROVED:
        return approved
    submitted = Q(state=State.SUBMITTED)
    return submitted if step == Status.SUBMITTED else ~approved & ~submitted


def entry(shown: Shown, renditions: Sequence[Rendition]) -> dict[str, Any]:
    """One article in the list, with its texts. Values are JSON values."""
    version, slug = shown.version, shown.article.slug
    return {
        "slug": slug,
        "question": version.question,
        "status": status(shown).value,
        "statement": statement(shown),
        "summary": renditions[0].summary,
        "audiences": [{"code": text.audience.code, "name": text.audience.name} for text in renditions],
        "specialties": shown.article.specialties,
        "last_reviewed": utc(version.approved_at),
        "updated_at": utc(version.updated_at),
        "url": address("reader:article", slug),
        "html": address("pages:article", slug),
    }


def identifiers(works: Iterable[Reference]) -> list[str]:
    """DOIs, in lower case, and PMIDs of ``works``."""
    return [name.lower() for work in works for name in (work.doi, work.pmid) if name]
