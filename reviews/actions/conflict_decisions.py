"""An editor's decision about a late conflict of interest: set the signature aside, or waive the conflict."""

from datetime import datetime

from django.db import transaction

from articles import actions as articles
from articles.actions.approval import require_reason
from articles.announcements import editors
from articles.lifecycle import State as VersionState
from articles.models.versions import EVER_APPROVED
from editorial.exceptions import Conflict, NotFound
from editorial.mail import notices
from editorial.models import User
from editorial.permissions import is_editor, require
from editorial.record import ledger
from reviews.actions.invitations import fill_seats, note_waiver, refuse_waiver
from reviews.announcements import announce
from reviews.lifecycle import Act, allow
from reviews.models import Review, Signature, SignatureSetAside
from reviews.models.signatures import set_aside_hash
from reviews.permissions import cannot_set_aside, require_may
from reviews.rounds.decision import decide_if_complete, printed_signer, still_satisfies
from reviews.rounds.obstacles import interests_touching, unwaived_interests
from reviews.transitions import lock, lock_for, record_in_ledger, save_with_history

SET_ASIDE = "A reviewer's signature was set aside; the other signatures alone do not satisfy our editorial policy."
"""The reason that readers see. The actual reason may be private."""


@transaction.atomic
@ledger.batched()
@notices.batched()
def set_aside(*, signature_id: int, reason: str, by: User, now: datetime) -> Signature:
    """Set a signature aside, for example because of a late conflict of interest. It no longer counts.

    The signature and its setting aside stay on record. The signer and the editors are notified. An approval that no
    longer satisfies its policy is suspended at once. Readers no longer see the signer among the reviewers. Setting a
    signature aside never approves a round: after a request for changes is set aside, an approval needs a later
    signature.

    Raises NotFound, NotPermitted unless ``by`` is an editor and not the signer, Conflict when the signature was already
    withdrawn or set aside, and Unacceptable without a reason.
    """
    seen = Signature.objects.visible_to(by).filter(pk=signature_id).first()
    if seen is None:
        raise NotFound("There is no such signature.")
    review = lock(seen.review_id)
    signature = Signature.objects.select_related("withdrawal", "set_aside").get(pk=signature_id)
    refusal = cannot_set_aside(by, signature)
    require(is_editor(by) and signature.signer_id != by.pk, refusal)
    if refusal:
        raise Conflict(refusal, code="counts_no_more")
    require_reason(reason)
    row = SignatureSetAside.objects.create(
        signature=signature, reason=reason.strip(), set_aside_by=by, set_aside_at=now
    )
    record_in_ledger(
        review,
        action="set_aside",
        by=by,
        now=now,
        reason=row.reason,
        signature=signature.pk,
        set_aside=row.pk,
        set_aside_hash=set_aside_hash(row),
    )
    to = [signature.signer, *editors()]
    announce(review, "signature_set_aside", to=to, by=by, now=now, occasion=f"set_aside:{row.pk}", reason=row.reason)
    _apply_to_version(review, signature, by=by, now=now)
    return signature


def _apply_to_version(review: Review, signature: Signature, *, by: User, now: datetime) -> None:
    """Update the version after one of its signatures stopped counting."""
    version = review.version
    if version.state == VersionState.APPROVED and not still_satisfies(version, now=now):
        version = articles.suspend(version_id=version.pk, reason=SET_ASIDE, by=by, now=now)
    if version.state in EVER_APPROVED:
        articles.strike_reviewer(version, printed_signer(signature), by=by, now=now)
    fill_seats(version, now=now)


@transaction.atomic
def waive(*, review_id: int, reason: str, by: User, now: datetime) -> Review:
    """Waive the reviewer's conflicts of interest that are known now, with a reason.

    This is for conflicts that became known after the invitation. A signature that did not count because of them counts
    again, which can decide the round. A conflict that is found later needs another waiver.

    Raises NotFound, NotPermitted, also for an interest of one's own, InvalidTransition, and Unacceptable when there is
    nothing to waive or no reason is given.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.WAIVE, review)
    allow(review.state, Act.WAIVE)
    require_reason(reason)
    interests = unwaived_interests(review, interests_touching(review.version, on=now.date()))
    refuse_waiver(review.member, interests, accounts=review.accounts, by=by)
    particulars = note_waiver(review, interests, reason=reason.strip(), by=by)
    save_with_history(review, by=by, now=now, reason="waived")
    record_in_ledger(review, action="waive", by=by, now=now, **particulars)
    decide_if_complete(review.version, approving=True, now=now)
    return review
