"""What changed since a reviewer's own last signature on the article."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from articles.models import Claim, Version
from reviews.models import Review, Signature

ALIKE = 0.5
"""Share of words (of both texts together, as Dice counts it) from which an earlier claim is told as the one before."""

PAIRS = 100_000
"""Pairs of claims that are compared, about a quarter of a second; of a text that changed more, none is told."""


def last_signed(review: Review) -> Version | None:
    """The version before this one that the reviewer signed last, if there is one; a withdrawn signature is none."""
    signatures = Signature.objects.standing().filter(
        review__member=review.member_id,
        review__version__article=review.version.article_id,
        review__version__number__lt=review.version.number,
    )
    last = signatures.select_related("review__version").order_by("-signed_at", "-pk").first()
    return last.review.version if last else None


def changes(claims: Sequence[Claim], *, since: Version | None) -> dict[int, str | None]:
    """Which of ``claims`` are new since that version, by id, each with its earlier text if one can be told.

    A claim is the same when its fingerprint is: words and works. Without an earlier version everything is new.
    """
    if since is None:
        return dict.fromkeys(claim.pk for claim in claims)
    earlier = list(Claim.objects.filter(rendition__version=since).select_related("rendition").order_by("pk"))
    known, present = {claim.fingerprint for claim in earlier}, {claim.fingerprint for claim in claims}
    new = [claim for claim in claims if claim.fingerprint not in known]
    gone = [claim for claim in earlier if claim.fingerprint not in present]
    told = _told(new, _by_audience(gone)) if len(new) * len(gone) <= PAIRS else {}
    return {claim.pk: told.get(claim.pk) for claim in new}


def _by_audience(claims: Iterable[Claim]) -> dict[int, list[Claim]]:
    by_audience: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_audience[claim.rendition.audience_id].append(claim)
    return by_audience


def _told(new: Iterable[Claim], gone: Mapping[int, Sequence[Claim]]) -> dict[int, str]:
    """Of each new claim the most similar one that is gone from the text for the same audience; the first of equals."""
    words = {claim.pk: _words(claim) for claims in gone.values() for claim in claims}
    told = {}
    for claim in new:
        mine = _words(claim)
        likeness = [(_likeness(mine, words[one.pk]), one.text) for one in gone.get(claim.rendition.audience_id, ())]
        best = max(likeness, key=lambda pair: pair[0], default=(0.0, ""))
        if best[0] >= ALIKE:
            told[claim.pk] = best[1]
    return told


def most_alike(claim: Claim, others: Iterable[Claim]) -> Claim | None:
    """Of ``others`` the one that has most words in common with ``claim``, the first of equals; None below ``ALIKE``."""
    mine = _words(claim)
    rated = [(_likeness(mine, _words(other)), other) for other in others]
    best = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= ALIKE else None


def _words(claim: Claim) -> frozenset[str]:
    return frozenset(claim.text.casefold().split())


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / ((len(one) + len(other)) or 1)
