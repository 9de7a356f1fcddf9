"""Answer links: a member accepts or declines an invitation by a link in the mail."""

from datetime import datetime

from editorial.accounts import link_tokens
from editorial.exceptions import Ended, InvalidTransition, NotFound
from editorial.permissions import AnyUser, access_ended, require
from editorial.record.canonical_json import timestamp
from reviews.lifecycle import State
from reviews.models import AnswerLink, Review

PURPOSE = "answer"

ANSWERED = {
    State.ACCEPTED: "You have accepted this review already.",
    State.SIGNED: "You have accepted and signed this review already.",
    State.DECLINED: "You have declined this review already.",
    State.RECUSED: "You have stepped back from this review already.",
    State.CANCELLED: "The editors have cancelled this review. There is nothing you need to do.",
    State.LAPSED: "The review was closed before you answered. There is nothing you need to do.",
}


def issue_link(review: Review, *, now: datetime) -> AnswerLink:
    """Create a link for this invitation, valid until its current answer date. Another date needs another link."""
    return AnswerLink.objects.create(
        review=review,
        digest=link_tokens.token_digest(link_tokens.derive(*_purpose(review.pk, review.respond_by))),
        issued_at=now,
        valid_until=review.respond_by,
    )


def newest_link(review: Review) -> AnswerLink | None:
    """Return the link that a mail about this invitation contains, or None if there is none or it was revoked."""
    return AnswerLink.objects.filter(review=review, revoked_at=None).order_by("-pk").first()


def link_token(link: AnswerLink) -> str | None:
    """Return the secret part of the link, or None if its secret key is no longer known."""
    return link_tokens.recover(link.digest, *_purpose(link.review_id, link.valid_until))


def is_good(link: AnswerLink, *, at: datetime) -> bool:
    """Whether ``link`` can answer the invitation."""
    is_open = link.revoked_at is None and link.review.state == State.INVITED and at < link.valid_until
    return is_open and not access_ended(link.review.member.user, issued_at=link.issued_at, now=at)


def find_link(secret: str, *, by: AnyUser, now: datetime) -> AnswerLink:
    """Return the valid link with this secret part, used by ``by``: an anonymous user, or the invited member.

    Raises NotFound for a link that was never sent, NotPermitted for another user, InvalidTransition when the
    invitation was answered, and Ended when the link was revoked, has expired, or was ended by ``end_access``.
    """
    links = AnswerLink.objects.select_related("review__member__user", "review__version__article")
    link = links.filter(digest=link_tokens.token_digest(secret)).first()
    if link is None or not link.review.member.user.is_active:
        raise NotFound("There is no such link. Please check that the whole address from the mail was opened.")
    own = by.is_anonymous or by.pk == link.review.member.user_id
    require(own, "This link was sent to someone else, and you are logged in with your own account.", code="not_yours")
    if link.review.state != State.INVITED:
        raise InvalidTransition(ANSWERED[State(link.review.state)], code="answered")
    if link.revoked_at:
        raise Ended("The editors have withdrawn this link. Please log in to answer.", code="link_revoked")
    if access_ended(link.review.member.user, issued_at=link.issued_at, now=now):
        detail = "Your password, second factor or roles changed after this mail, so its links no longer work. "
        raise Ended(f"{detail}Please log in to answer.", code="access_ended")
    if link.valid_until <= now:
        raise Ended("This link has expired. You can still log in and answer.", code="link_expired")
    return link


def _purpose(review_id: int, valid_until: datetime) -> tuple[str, int, str]:
    return PURPOSE, review_id, timestamp(valid_until)
