"""Recusals because of a conflict of interest, which are remembered until they are withdrawn."""

from datetime import datetime

from django.db import transaction

from articles.actions.approval import require_reason
from articles.models import Article
from editorial.exceptions import Conflict, Fault, NotFound, Unacceptable
from editorial.models import User
from editorial.permissions import require
from reviews.actions.invitations import follow_departure
from reviews.lifecycle import Action
from reviews.models import Recusal, Review
from reviews.permissions import may_withdraw_recusal
from reviews.transitions import lock_for, move, record_in_ledger


@transaction.atomic
def recuse(
    *,
    review_id: int,
    reason: str,
    by: User,
    now: datetime,
    product_id: int | None = None,
    company_id: int | None = None,
) -> Review:
    """Step back because of a conflict of interest, and name it.

    The recusal applies to every version of the article. If a product or company is named, it also applies to all
    articles about that product or company. Until it is withdrawn, only an editor can invite the member again, with a
    waiver and a reason.

    Raises NotPermitted, InvalidTransition, and Unacceptable for a product or company that the article is not about.
    """
    review = lock_for(review_id, by=by)
    require_reason(reason)
    move(review, Action.RECUSE, by=by, now=now, reason=reason.strip(), product=product_id, company=company_id)
    article = review.version.article
    _refuse_unrelated(article, product=product_id, company=company_id)
    Recusal.objects.create(
        member=review.member,
        review=review,
        article=article,
        product_id=product_id,
        company_id=company_id,
        reason=reason.strip(),
        declared_at=now,
    )
    follow_departure(review, by=by, now=now)
    return review


def _refuse_unrelated(article: Article, *, product: int | None, company: int | None) -> None:
    faults = []
    if product is not None and not article.products.filter(pk=product).exists():
        faults.append(Fault("/product", "not_of_the_article", "The article is not about this product."))
    if company is not None and not article.companies().filter(pk=company).exists():
        detail = "This company makes no product that the article is about."
        faults.append(Fault("/company", "not_of_the_article", detail))
    if faults:
        raise Unacceptable("The recusal names what the article is not about.", faults=tuple(faults))


@transaction.atomic
def withdraw_recusal(*, recusal_id: int, reason: str, by: User, now: datetime) -> Recusal:
    """Withdraw a recusal, with a reason. The member can then be invited again without a waiver.

    The member can do this, or an editor. The recusal and its withdrawal stay on record.

    Raises NotFound, NotPermitted, and Conflict when it was already withdrawn.
    """
    seen = Recusal.objects.visible_to(by).filter(pk=recusal_id).first()
    if seen is None:
        raise NotFound("There is no such recusal.")
    review = lock_for(seen.review_id, by=by)
    recusal = Recusal.objects.select_related("member__user", "article", "product", "company").get(pk=recusal_id)
    require(may_withdraw_recusal(by, recusal), "Only the member and editors withdraw a recusal.")
    require_reason(reason)
    if recusal.withdrawn_at:
        raise Conflict("The recusal was withdrawn already.", code="withdrawn_already")
    recusal.withdrawn_at, recusal.withdrawn_by, recusal.withdrawn_because = now, by, reason.strip()
    recusal.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    record_in_ledger(
        review, action="withdraw_recusal", by=by, now=now, recusal=recusal.pk, reason=recusal.withdrawn_because
    )
    return recusal
