"""An editor's ruling on a verdict that stands against an approval."""

from datetime import datetime

from django.db import transaction

from articles.actions.standing import require_reason
from articles.announcements import writers
from editorial.exceptions import InvalidTransition, OutOfSight
from editorial.models import User
from reviews.announcements import announce_ruling
from reviews.consolidation import consolidate
from reviews.models import ClaimCheck, Ruling
from reviews.models.work import ruling_hash
from reviews.permissions import require_may_rule
from reviews.transitions import lock, tell


@transaction.atomic
def rule(*, check_id: int, reason: str, by: User, now: datetime) -> Ruling:
    """Let a claim stand against a reviewer's negative verdict, for a reason; it may decide the round.

    The ruling holds for the verdict as it is, here and wherever it is carried over to. The reviewer and the writers
    are told. Raises OutOfSight for a verdict that is sealed for ``by``, NotPermitted (see ``require_may_rule``),
    InvalidTransition when the verdict blocks nothing or was ruled on already, and Unacceptable without a reason.
    """
    review = lock(_seen(check_id, by=by).review_id)
    check = _seen(check_id, by=by)
    require_may_rule(by, check)
    if not check.is_negative:
        raise InvalidTransition("This verdict stands against nothing, so there is nothing to rule on.")
    if check.ruling:
        raise InvalidTransition("An editor has ruled on this verdict already.")
    require_reason(reason)
    ruling = Ruling.objects.create(
        claim_check=check, verdict=check.verdict, reason=reason.strip(), ruled_by=by, ruled_at=now
    )
    particulars = {"check": check.pk, "ruling": ruling.pk, "verdict": str(check.verdict), "reason": ruling.reason}
    tell(review, action="rule", by=by, now=now, ruling_hash=ruling_hash(ruling), **particulars)
    announce_ruling(ruling, to=[review.member.user, *writers(review.version)], by=by, now=now)
    for version in review.version.article.versions.in_review().select_related("article"):
        consolidate(version, now=now)
    return ruling


def _seen(check_id: int, *, by: User) -> ClaimCheck:
    """The verdict as it is now; raises OutOfSight, also when its signature has just been withdrawn."""
    seen = ClaimCheck.objects.visible_to(by).with_rulings().select_related("claim", "reference")
    check = seen.filter(pk=check_id).first()
    if check is None:
        raise OutOfSight("There is no such verdict.")
    return check
