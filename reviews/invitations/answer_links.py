"""Links under which a member answers an invitation from the mail: issued, written down, and looked at when used."""

from datetime import datetime

from editorial import tokens
from editorial.canonical import timestamp
from editorial.exceptions import Ended, InvalidTransition, OutOfSight
from editorial.permissions import Somebody, require
from reviews.lifecycle import State
from reviews.models import AnswerLink, Review

PURPOSE = "answer"

ANSWERED = {
    State.ACCEPTED: "You have accepted this review already.",
    State.SIGNED: "You have accepted and signed this review already.",
    State.DECLINED: "You have declined this review already.",
    State.RECUSED: "You have stepped back from this review already.",
    State.CANCELLED: "The editors have called this review off. There is nothing you need to do.",
    State.LAPSED: "The review was closed before you answered. There is nothing you need to do.",
}


def issue(review: Review, *, now: datetime) -> AnswerLink:
    """A link for this invitation until its present answer date. Another date is another link."""
    return AnswerLink.objects.create(
        review=review,
        digest=tokens.digest(tokens.derive(*_purpose(review.pk, review.respond_by))),
        issued_at=now,
        valid_until=review.respond_by,
    )


def newest(review: Review) -> AnswerLink | None:
    """The link that a mail about this invitation names; None when there is none, or it was withdrawn."""
    return AnswerLink.objects.filter(review=review, revoked_at=None).order_by("-pk").first()


def token(link: AnswerLink) -> str | None:
    """The secret part of the link; None when it was made with a secret key that is forgotten."""
    return tokens.recover(link.digest, *_purpose(link.review_id, link.valid_until))


def is_good(link: AnswerLink, *, at: datetime) -> bool:
    """Whether the invitation can be answered by ``link``."""
    return link.revoked_at is None and link.review.state == State.INVITED and at < link.valid_until


def find(secret: str, *, by: Somebody, now: datetime) -> AnswerLink:
    """The link with this secret part, still good, in the hands of ``by``: nobody known here, or the member it is for.

    Raises OutOfSight for one that was never sent, NotPermitted for somebody else's, InvalidTransition when the
    invitation was answered, and Ended when the link was withdrawn or is too old.
    """
    known = AnswerLink.objects.select_related("review__member__user", "review__version__article")
    link = known.filter(digest=tokens.digest(secret)).first()
    if link is None or not link.review.member.user.is_active:
        raise OutOfSight("There is no such link. Please check that the whole address from the mail was opened.")
    own = by.is_anonymous or by.pk == link.review.member.user_id
    require(own, "This link was sent to somebody else, and you are logged in with your own account.", code="not_yours")
    if link.review.state != State.INVITED:
        raise InvalidTransition(ANSWERED[State(link.review.state)], code="answered")
    if link.revoked_at:
        raise Ended("The editors have withdrawn this link. Please log in to answer.", code="link_revoked")
    if link.valid_until <= now:
        raise Ended(
            "The time to answer by this link is over. Please log in to answer all the same.", code="link_expired"
        )
    return link


def _purpose(review_id: int, valid_until: datetime) -> tuple[str, int, str]:
    return PURPOSE, review_id, timestamp(valid_until)
