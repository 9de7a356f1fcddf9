"""Answering an invitation by the link in the mail, and revoking such links."""

from datetime import datetime

from django.db import transaction

from editorial.exceptions import Conflict
from editorial.models import User
from editorial.permissions import AnyUser
from reviews.actions.invitations import accept, decline
from reviews.invitations.answer_links import find_link
from reviews.lifecycle import Act, Action, allow
from reviews.models import AnswerLink, Review
from reviews.permissions import require_may
from reviews.transitions import lock, lock_for, record_in_ledger

LINK = "link"


@transaction.atomic
def answer_by_link(*, token: str, answer: Action, by: AnyUser, now: datetime, reason: str = "") -> Review:
    """Accept or decline as the member to whom the link was sent. The ledger records that the answer came by link.

    ``by`` is the person who uses the link: an anonymous user, or the member. Raises what ``find_link`` raises, and the
    reasons why the member cannot accept.
    """
    lock(find_link(token, by=by, now=now).review_id)
    link = find_link(token, by=by, now=now)  # again, as nobody else can answer or withdraw it any more
    member = link.review.member.user
    if answer == Action.ACCEPT:
        return accept(review_id=link.review_id, by=member, now=now, via=LINK)
    return decline(review_id=link.review_id, reason=reason, by=member, now=now, via=LINK)


@transaction.atomic
def revoke_links(*, review_id: int, by: User, now: datetime) -> Review:
    """Revoke the answer links of an invitation. The member can still answer after logging in.

    Raises NotPermitted, InvalidTransition when the invitation was answered, and Conflict when no link is valid.
    """
    review = lock_for(review_id, by=by)
    require_may(by, Act.REVOKE_LINKS, review)
    allow(review.state, Act.REVOKE_LINKS)
    good = AnswerLink.objects.filter(review=review, revoked_at=None)
    if not good.update(revoked_at=now, revoked_by=by):
        raise Conflict("The links were withdrawn already.", code="no_links")
    record_in_ledger(review, action="revoke_links", by=by, now=now)
    return review
