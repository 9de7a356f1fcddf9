"""Where comments on an earlier version belong in a later one: with their claim or passage, or nowhere any more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from articles.models import Claim, Version
from articles.quoting import quotes
from editorial.permissions import Somebody
from reviews.delta import most_alike
from reviews.models import Comment


@dataclass(frozen=True)
class Followed:
    """A comment in a later version. ``claim`` is where it stands now; ``is_orphaned`` when its place is gone.

    A comment on a passage stays with it wherever the passage is; one on the whole version stays with the whole.
    """

    comment: Comment
    claim: Claim | None = None
    is_orphaned: bool = False


def followed(version: Version, *, user: Somebody) -> list[Followed]:
    """The unresolved comments on the version before that ``user`` may see, each with its place in ``version``.

    A claim is the same when its fingerprint is; else it is the most similar one of the same audience, from half of
    the words on. Four queries. The writers' own answers go with what they answer and are left out.
    """
    seen = Comment.objects.visible_to(user).filter(
        version__article=version.article_id, version__number=version.number - 1, resolved_at=None, parent=None
    )
    comments = list(seen.select_related("author", "claim__rendition", "version").order_by("created_at", "pk"))
    return list(_followed(comments, version)) if comments else []


def _followed(comments: Iterable[Comment], version: Version) -> Iterable[Followed]:
    claims = list(Claim.objects.filter(rendition__version=version).select_related("rendition").order_by("pk"))
    texts = list(version.renditions.all())
    same = {(claim.rendition.audience_id, claim.fingerprint): claim for claim in reversed(claims)}
    for comment in comments:
        if comment.claim:
            claim = _claim_now(comment.claim, claims, same)
            yield Followed(comment, claim, is_orphaned=claim is None)
        else:
            gone = bool(comment.quote) and not any(quotes(comment.quote, text) for text in texts)
            yield Followed(comment, is_orphaned=gone)


def _claim_now(claim: Claim, claims: Iterable[Claim], same: Mapping[tuple[int, str], Claim]) -> Claim | None:
    audience = claim.rendition.audience_id
    candidates = [one for one in claims if one.rendition.audience_id == audience]
    return same.get((audience, claim.fingerprint)) or most_alike(claim, candidates)
