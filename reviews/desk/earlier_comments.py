"""Comments on earlier versions, placed at their claim or passage in a later version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from articles.models import Claim, Version
from articles.text.quotations import quotes
from editorial.permissions import AnyUser
from reviews.desk.changed_claims import most_similar
from reviews.desk.threads import Thread, build_threads
from reviews.models import Comment


@dataclass(frozen=True)
class EarlierComment:
    """A comment on an earlier version, with its claim in this one. ``is_orphaned``: its place is gone.

    A comment on a passage stays with it wherever the passage is. A comment on the whole version stays with the whole.
    """

    comment: Comment
    answers: Sequence[Comment] = ()
    claim: Claim | None = None
    is_orphaned: bool = False


def earlier_comments(version: Version, *, user: AnyUser) -> list[EarlierComment]:
    """Return comments on earlier versions that ``user`` may see, each with its answers and its place in ``version``.

    These are all comments on the previous version, and unresolved ones on older versions. Comments that their own
    author resolved are left out. Comments that someone else resolved stay visible to their author.

    A claim is the same if its fingerprint is. Otherwise the most similar claim for the same audience is taken, if half
    of the words agree. The number of queries does not depend on the number of comments.
    """
    recent = Q(version__number=version.number - 1) | Q(version__number__lt=version.number, resolved_at=None)
    seen = Comment.objects.visible_to(user).filter(recent, version__article=version.article_id)
    comments = seen.prefetch_related("author", "resolved_by", "claim__rendition", "version").order_by(
        "created_at", "pk"
    )
    shown = [
        thread for thread in build_threads(list(comments)) if thread.comment.resolved_by_id != thread.comment.author_id
    ]
    return list(_located(shown, version)) if shown else []


def _located(threads: Iterable[Thread], version: Version) -> Iterable[EarlierComment]:
    claims = list(Claim.objects.filter(rendition__version=version).select_related("rendition").order_by("pk"))
    texts = list(version.renditions.all())
    same = {(claim.rendition.audience_id, claim.fingerprint): claim for claim in reversed(claims)}
    for comment, answers in ((thread.comment, thread.answers) for thread in threads):
        if comment.claim:
            claim = _claim_now(comment.claim, claims, same)
            yield EarlierComment(comment, answers, claim, is_orphaned=claim is None)
        else:
            gone = bool(comment.quote) and not any(quotes(comment.quote, text) for text in texts)
            yield EarlierComment(comment, answers, is_orphaned=gone)


def _claim_now(claim: Claim, claims: Iterable[Claim], same: Mapping[tuple[int, str], Claim]) -> Claim | None:
    audience = claim.rendition.audience_id
    candidates = [candidate for candidate in claims if candidate.rendition.audience_id == audience]
    return same.get((audience, claim.fingerprint)) or most_similar(claim, candidates)
