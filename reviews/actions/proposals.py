"""Adopting a reviewer's proposed wording into the draft."""

from datetime import datetime

from django.db import transaction

from articles.actions import edit
from articles.lifecycle import Act
from articles.permissions import require_may
from editorial.exceptions import NotFound
from editorial.models import User
from reviews.desk.proposals import proposed_change
from reviews.models import Comment
from reviews.transitions import lock, record_in_ledger


@transaction.atomic
def take_over(*, comment_id: int, by: User, now: datetime) -> Comment:
    """Put a comment's proposed wording into the article's draft. It replaces the passage or claim of the comment.

    Works that the passage cites and the proposal does not are cited after the new wording. The comment records who
    adopted the wording and when. It stays unresolved until its author resolves it.

    Raises NotFound for a comment that is sealed for ``by``, NotPermitted unless ``by`` may edit the article's drafts,
    and Conflict or InvalidTransition as ``proposed_change`` does.
    """
    seen = Comment.objects.visible_to(by).filter(pk=comment_id).first()
    if seen is None:
        raise NotFound("There is no such comment.")
    review = lock(seen.review_id)
    require_may(by, Act.EDIT, review.version.article)
    current = Comment.objects.select_related("claim__rendition", "version__article").get(pk=comment_id)
    change = proposed_change(current)
    edit(version_id=change.draft.pk, texts=change.texts(), by=by, now=now)
    current.taken_over_at, current.taken_over_by = now, by
    current.record(by=by, now=now, reason=f"wording taken over into version {change.draft.number}")
    record_in_ledger(
        review,
        action="take_over",
        by=by,
        now=now,
        comment=current.pk,
        into=change.draft.number,
        audience=change.rendition.audience.code,
        kept=list(change.kept),
    )
    return current
