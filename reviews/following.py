"""Where comments on an earlier version belong in a later one: with their claim or passage, or nowhere any more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from articles.models import Claim, Version
from articles.quoting import quotes
from editorial.permissions import Somebody
from reviews.delta import most_alike
from reviews.models import Comment
from reviews.threads import Thread, threads


@dataclass(frozen=True)
class Followed:
    """A comment in a later version. ``claim`` is where it stands now; ``is_orphaned`` when its place is gone.

    A comment on a passage stays with it wherever the passage is; one on the whole version stays with the whole.
    """

    comment: Comment
    answers: Sequence[Comment] = ()
    claim: Claim | None = None
    is_orphaned: bool = False


def followed(version: Version, *, user: Somebody) -> list[Followed]:
    """The comments on the version before that ``user`` may see, each with its answers and its place in ``version``.

    Left out is what its own author resolved; what somebody else resolved stays in sight of who raised it.

    A claim is the same when its fingerprint is; else it is the most similar one of the same audience, from half of
    the words on. The number of queries does not depend on that of comments.
    """
    seen = Comment.objects.visible_to(user).filter(
        version__article=version.article_id, version__number=version.number - 1
    )
    known = seen.prefetch_related("author", "resolved_by", "claim__rendition", "version").order_by("created_at", "pk")
    open_ones = [one for one in threads(list(known)) if one.comment.resolved_by_id != one.comment.author_id]
    return list(_followed(open_ones, version)) if open_ones else []


def _followed(said: Iterable[Thread], version: Version) -> Iterable[Followed]:
    claims = list(Claim.objects.filter(rendition__version=version).select_related("rendition").order_by("pk"))
    texts = list(version.renditions.all())
    same = {(claim.rendition.audience_id, claim.fingerprint): claim for claim in reversed(claims)}
    for comment, answers in ((thread.comment, thread.answers) for thread in said):
        if comment.claim:
            claim = _claim_now(comment.claim, claims, same)
            yield Followed(comment, answers, claim, is_orphaned=claim is None)
        else:
            gone = bool(comment.quote) and not any(quotes(comment.quote, text) for text in texts)
            yield Followed(comment, answers, is_orphaned=gone)


def _claim_now(claim: Claim, claims: Iterable[Claim], same: Mapping[tuple[int, str], Claim]) -> Claim | None:
    audience = claim.rendition.audience_id
    candidates = [one for one in claims if one.rendition.audience_id == audience]
    return same.get((audience, claim.fingerprint)) or most_alike(claim, candidates)
