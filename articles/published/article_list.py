"""The public list of articles."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.lifecycle import State
from articles.models import ArticleProduct, Citation, Reference, Rendition, Version
from articles.published.dates_and_urls import address, utc
from articles.published.review import ReviewStep, statement, status
from articles.published.sources import SUMMARY, texts
from articles.published.visible_version import Shown
from editorial.models import EditorialPolicy
from editorial.record.canonical_json import JSONDict

NEWEST_FIRST = ("-article_id", "-pk")
"""The order of the list. An edit does not change it, so pagination skips no article."""


@dataclass(frozen=True)
class Filters:
    """The filters of the list. An empty filter is not applied.

    ``specialty`` and ``audience`` are codes. ``step`` is a value of ``ReviewStep``. ``cites`` is a DOI or PMID.
    ``product`` is the name of a product. ``reviewed_since`` is the earliest time of approval.
    """

    specialty: str = ""
    audience: str = ""
    step: str = ""
    cites: str = ""
    product: str = ""
    reviewed_since: datetime | None = None

    def versions(self, *, at: datetime) -> Q:
        """Return the condition of these filters on versions that readers see at the time ``at``."""
        work = Citation.objects.filter(version=OuterRef("pk"))
        product = ArticleProduct.objects.filter(article=OuterRef("article"), product__name__iexact=self.product)
        text = Rendition.objects.filter(version=OuterRef("pk"), audience__code=self.audience)
        named = Q(reference__doi__iexact=self.cites) | Q(reference__pmid=self.cites)
        conditions = {
            "specialty": Q(article__specialties__contains=[self.specialty]),
            "audience": Q(Exists(text)),
            "step": _at_step(ReviewStep(self.step), at=at) if self.step else Q(),
            "cites": Q(Exists(work.filter(named))),
            "product": Q(Exists(product)),
            "reviewed_since": Q(approved_at__gte=self.reviewed_since),
        }
        return Q(*(conditions[name] for name in self.given()))

    def given(self) -> JSONDict:
        """Return the filters that are not empty, by name."""
        return {name: value for name, value in asdict(self).items() if value}


EVERYTHING = Filters()


def listed(
    *, policy: EditorialPolicy | None, at: datetime, filters: Filters = EVERYTHING
) -> QuerySet[Version, Version]:
    """Return the visible version of each public article, without retracted ones. Texts come without their bodies.

    ``policy`` is the one in force at the time ``at``. Without a policy nothing is public. One query for any number of
    rows.
    """
    if policy is None:
        return Version.objects.none()
    shown = Version.objects.shown_to_readers(show_pending=policy.show_pending).exclude(state=State.RETRACTED)
    return shown.filter(filters.versions(at=at)).select_related("article").annotate(texts=texts(*SUMMARY))


def _at_step(step: ReviewStep, *, at: datetime) -> Q:
    approved = Q(state=State.APPROVED, valid_until__gt=at)
    if step == ReviewStep.APPROVED:
        return approved
    submitted = Q(state=State.SUBMITTED)
    return submitted if step == ReviewStep.SUBMITTED else ~approved & ~submitted


def entry(shown: Shown, renditions: Sequence[Rendition]) -> JSONDict:
    """Return the list entry of one article. ``renditions`` are its texts. All values are JSON values."""
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
    """Return the DOIs, in lower case, and the PMIDs of ``works``."""
    return [name.lower() for work in works for name in (work.doi, work.pmid) if name]
