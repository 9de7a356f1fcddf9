"""An editor's ruling on a verdict that blocks an approval."""

from datetime import datetime

from django.db import transaction

from articles.actions.approval import require_reason
from articles.announcements import writers
from editorial.exceptions import InvalidTransition, NotFound
from editorial.models import User
from reviews.announcements import announce_ruling
from reviews.models import ClaimCheck, Ruling
from reviews.models.comments_and_verdicts import ruling_hash
from reviews.permissions import require_may_rule
from reviews.rounds.decision import decide_rounds_of
from reviews.transitions import lock, record_in_ledger


@transaction.atomic
def rule(*, check_id: int, reason: str, by: User, now: datetime) -> Ruling:
    """Rule that a claim stays despite a reviewer's negative verdict, with a reason. This can decide the round.

    The ruling applies to the verdict as it is now, here and wherever the verdict is carried over. The reviewer and the
    writers are notified.

    Raises NotFound for a verdict that is sealed for ``by``, NotPermitted (see ``require_may_rule``), InvalidTransition
    when the verdict blocks nothing or was already ruled on, and Unacceptable without a reason.
    """
    review = lock(_load_verdict(check_id, by=by).review_id)
    check = _load_verdict(check_id, by=by)
    require_may_rule(by, check)
    if not check.is_negative:
        raise InvalidTransition("This verdict blocks nothing, so there is nothing to rule on.")
    if check.ruling:
        raise InvalidTransition("An editor has ruled on this verdict already.")
    require_reason(reason)
    ruling = Ruling.objects.create(
        claim_check=check, verdict=check.verdict, reason=reason.strip(), ruled_by=by, ruled_at=now
    )
    record_in_ledger(
        review,
        action="rule",
        by=by,
        now=now,
        check=check.pk,
        ruling=ruling.pk,
        verdict=str(check.verdict),
        reason=ruling.reason,
        ruling_hash=ruling_hash(ruling),
    )
    announce_ruling(ruling, to=[review.member.user, *writers(review.version)], by=by, now=now)
    decide_rounds_of(review.version.article, now=now)
    return ruling


def _load_verdict(check_id: int, *, by: User) -> ClaimCheck:
    """Return the current verdict. Raises NotFound, also when its signature has just been withdrawn."""
    seen = ClaimCheck.objects.visible_to(by).with_rulings().select_related("claim", "reference")
    check = seen.filter(pk=check_id).first()
    if check is None:
        raise NotFound("There is no such verdict.")
    return check
