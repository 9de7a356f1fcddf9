"""Writers' answers to the reviewers' comments."""

from datetime import datetime

from django.db import transaction

from articles.announcements import writers
from editorial.exceptions import Fault, InvalidTransition, NotFound, NotPermitted, Unacceptable
from editorial.models import User
from reviews.actions.comments_and_verdicts import mark_resolved
from reviews.announcements import announce_answers
from reviews.lifecycle import ANSWERABLE
from reviews.models import Comment
from reviews.permissions import may_answer, may_resolve_by_answer
from reviews.transitions import lock, record_in_ledger


@transaction.atomic
def answer(*, comment_id: int, text: str, by: User, now: datetime, resolves: bool = False) -> Comment:
    """Answer a reviewer's comment as a writer of the article, after its round is over. Returns the answer.

    ``resolves`` also marks the comment as resolved. It is refused for a blocking comment, which only its author or an
    editor can resolve. The author of the comment is notified, at most once a day.

    Raises NotFound for a comment that is sealed for ``by``, NotPermitted, InvalidTransition while the round is open or
    when the comment is already resolved, and Unacceptable for an empty answer.
    """
    seen = Comment.objects.visible_to(by).filter(pk=comment_id).first()
    if seen is None:
        raise NotFound("There is no such comment.")
    review = lock(seen.review_id)
    comment = Comment.objects.select_related("author").get(pk=comment_id)
    comment.version = review.version
    _require_answerable(comment, text, by=by, resolves=resolves)
    new = Comment(
        version=review.version, review=review, parent=comment, author=by, text=text, is_blocking=False, created_at=now
    )
    new.record(by=by, now=now, reason="answer")
    if resolves:
        mark_resolved(comment, by=by, now=now)
    record_in_ledger(
        review, action="answer_comment", by=by, now=now, comment=comment.pk, answer=new.pk, resolves=resolves
    )
    if comment.author not in writers(review.version):
        announce_answers(comment, by=by, now=now)
    return new


def _require_answerable(comment: Comment, text: str, *, by: User, resolves: bool) -> None:
    if not may_answer(by, comment.version):
        raise NotPermitted("Only the writers of the article answer its comments here.")
    if comment.version.state not in ANSWERABLE:
        raise InvalidTransition("Comments are answered when the round is over.")
    if not text.strip():
        raise Unacceptable("There is no answer.", faults=(Fault("/text", "blank", "Write an answer."),))
    if resolves and not may_resolve_by_answer(by, comment):
        raise NotPermitted("A blocking comment is resolved by who made it, or by an editor.")
    if resolves and comment.resolved_at:
        raise InvalidTransition("The comment is resolved already.")
