"""A signed comment that proposes a wording, and the draft in which to use it."""

from articles import actions as articles
from articles.models import Claim
from reviews.models import Comment
from tests.support import factories
from tests.support.factories import NOW
from tests.support.stored_rows import remembered


@remembered
def make_proposal(proposal="Immunoglobulin often causes back pain.", *, now=NOW, **fields) -> Comment:
    """Return Ada's comment, signed with a request for changes. It is on the first claim unless ``quote`` is given."""
    factories._ensure_policy()
    review = factories.make_accepted(factories.make_submitted(now=now), now=now)
    claim = None if "quote" in fields else Claim.objects.order_by("pk").first()
    new = {"claim": claim, "author": review.member.user, "text": "Too weak.", "created_at": now, **fields}
    comment = Comment(version=review.version, review=review, proposal=proposal, **new)
    comment.record(by=review.member.user, now=now, reason="comment")
    factories.sign(review, "request_changes", now=now)
    return comment


@remembered
def make_draft_of(comment: Comment, *, body=None, now=NOW):
    """Return the revision that Wanda begins, with ``body`` as its only text if given."""
    wanda = factories.make_user("wanda", is_writer=True)
    draft = articles.revise(version_id=comment.version_id, by=wanda, now=now)
    if body is not None:
        articles.edit(version_id=draft.pk, texts=factories.make_texts(body), by=wanda, now=now)
    return draft
