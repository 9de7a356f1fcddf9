"""Risk tier, specialties and products of an article. They decide who must review it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from articles.actions.approval import require_reason
from articles.models import Article, ArticleProduct, Version
from articles.permissions import may_classify
from articles.transitions import record
from editorial.exceptions import Conflict, Fault, NotFound, Unacceptable
from editorial.http.etags import Expectation
from editorial.models import Product, RiskTier, Specialty, User
from editorial.permissions import require
from editorial.record import ledger
from editorial.record.canonical_json import JSONDict

CLASSIFY = "classify"
"""The ledger's name for this event."""


@dataclass(frozen=True)
class Classification:
    """Risk tier, codes of specialties and ids of products of an article."""

    risk: str = RiskTier.MODERATE
    specialties: Sequence[str] = ()
    products: Sequence[int] = ()

    def as_json(self) -> JSONDict:
        return {"risk": str(self.risk), "specialties": list(self.specialties), "products": list(self.products)}


def classification_of(article: Article) -> Classification:
    """Return the current classification of ``article``."""
    products = sorted(article.article_products.values_list("product", flat=True))
    return Classification(article.risk, tuple(article.specialties), tuple(products))


def lowered(before: Classification, after: Classification) -> tuple[str, ...]:
    """Return in which respects ``after`` requires less review than ``before``, as text; empty if in none."""
    tiers = list(RiskTier)
    less: list[str] = []
    if tiers.index(RiskTier(after.risk)) < tiers.index(RiskTier(before.risk)):
        less.append(f"{RiskTier(after.risk).label.lower()} risk instead of {RiskTier(before.risk).label.lower()}")
    less += [f"without the specialty {code}" for code in before.specialties if code not in after.specialties]
    removed = Product.objects.filter(pk__in=set(before.products) - set(after.products)).order_by("name", "pk")
    return (*less, *(f"without the product {product}" for product in removed))


@transaction.atomic
def classify(
    *,
    article_id: int,
    classification: Classification,
    by: User,
    now: datetime,
    reason: str = "",
    expected: Expectation | None = None,
) -> Article:
    """Set risk tier, specialties and products. The new tier's rule also applies to a version in review, immediately.

    A reason is required for a lower tier, and for the removal of a specialty or product. While a version is in review,
    such a change also needs a second person and is proposed instead (``reviews.actions.propose_lowering``).

    Raises NotFound, NotPermitted (see ``may_classify``), PreconditionFailed when it was classified since ``expected``,
    Conflict for a lowering during a review, and Unacceptable.
    """
    article = Article.objects.visible_to(by).select_for_update(no_key=True, of=("self",)).filter(pk=article_id).first()
    if article is None:
        raise NotFound("There is no such article.")
    require(may_classify(by, article), "After the first submission only editors classify an article.")
    if expected is not None:
        expected.check(article.classification_etag())
    refuse_unknown(classification)
    version = article.versions.in_review().select_related("article").first()
    if less := lowered(classification_of(article), classification):
        require_reason(reason)
        _refuse_during_review(version, less)
    if version is None:
        reclassify(article, classification, by=by, now=now, reason=reason)
    else:
        tiers = sorted({*version.tiers, str(classification.risk)})
        reclassify_in_review(version, classification, tiers=tiers, by=by, now=now, reason=reason)
    return article


def _refuse_during_review(version: Version | None, lowered_in: Sequence[str]) -> None:
    if version:
        detail = (
            f"Version {version.number} is in review, and this lowers its requirements: {', '.join(lowered_in)}. "
            "One person cannot do this alone. Propose it with your reason; another editor or the chair of the board "
            "confirms it."
        )
        raise Conflict(detail, code="needs_second_person")


def reclassify(article: Article, classification: Classification, *, by: User, now: datetime, reason: str) -> None:
    """Write another classification with history and ledger. The caller holds the article's lock."""
    write_classification(article, classification, by=by, now=now, reason=reason or "classified")
    payload = {"reason": reason, **classification.as_json()}
    ledger.append(chain=article.chain, action=CLASSIFY, by=by, now=now, payload=payload)


def reclassify_in_review(
    version: Version,
    classification: Classification,
    *,
    tiers: Sequence[str],
    by: User,
    now: datetime,
    reason: str,
    lowering: int | None = None,
) -> None:
    """As ``reclassify``, and apply the rules of ``tiers`` to ``version``, which is in review, from now on.

    ``lowering`` is the id of the proposal that is applied, if there was one.
    """
    write_classification(version.article, classification, by=by, now=now, reason=reason or "classified")
    if list(tiers) != version.tiers:
        version.tiers = list(tiers)
        record(version, by=by, now=now, reason=reason or "classified")
    payload: JSONDict = {"reason": reason, **classification.as_json()}
    payload |= {"version_id": version.pk, "version": version.number, "tiers": version.tiers}
    payload |= {} if lowering is None else {"lowering": lowering}
    ledger.append(chain=version.article.chain, action=CLASSIFY, by=by, now=now, payload=payload)


def write_classification(
    article: Article, classification: Classification, *, by: User, now: datetime, reason: str
) -> None:
    """Save ``article``, new or not, with its products. All codes and ids in ``classification`` must exist."""
    article.risk, article.specialties = classification.risk, list(classification.specialties)
    article.record(by=by, now=now, reason=reason)
    wanted, present = set(classification.products), {row.product_id: row for row in article.article_products.all()}
    for product_id in present.keys() - wanted:
        present[product_id].remove(by=by, now=now, reason=reason)
    for product_id in sorted(wanted - present.keys()):
        ArticleProduct(article=article, product_id=product_id).record(by=by, now=now, reason=reason)


def refuse_unknown(classification: Classification) -> None:
    """Raise Unacceptable for codes of specialties and ids of products that do not exist."""
    known = set(Specialty.objects.filter(code__in=classification.specialties).values_list("code", flat=True))
    faults = [
        Fault(f"/specialties/{index}", "unknown_specialty", f"There is no specialty “{code}”.")
        for index, code in enumerate(classification.specialties)
        if code not in known
    ]
    products = set(Product.objects.filter(pk__in=classification.products).values_list("pk", flat=True))
    faults += [
        Fault(f"/products/{index}", "unknown_product", f"There is no product {product_id}.")
        for index, product_id in enumerate(classification.products)
        if product_id not in products
    ]
    if faults:
        raise Unacceptable("The classification is invalid.", faults=tuple(faults))
