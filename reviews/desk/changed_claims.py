"""What changed since the reviewer last signed a version of the article."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from articles.models import Claim, Version
from reviews.desk.same_claims import claims_with_works, continuations
from reviews.desk.verdicts import current_works
from reviews.models import Review, Signature

MIN_SIMILARITY = 0.5
"""The minimum similarity to an earlier claim: the share of words in common (Dice coefficient)."""

MAX_PAIRS = 100_000
"""The maximum number of claim pairs to compare, about a quarter of a second. Above it no earlier texts are given."""


def last_signed_version(review: Review) -> Version | None:
    """Return the last earlier version that the reviewer signed, or None. Withdrawn signatures do not count."""
    signatures = Signature.objects.standing().filter(
        review__member=review.member_id,
        review__version__article=review.version.article_id,
        review__version__number__lt=review.version.number,
    )
    last = signatures.select_related("review__version").order_by("-signed_at", "-pk").first()
    return last.review.version if last else None


def changed_claims(claims: Sequence[Claim], *, since: Version | None) -> dict[int, str | None]:
    """Return the ids of ``claims`` that are new since that version, each with its most similar earlier text or None.

    Claims with the same words and works are the same, see ``reviews.desk.same_claims``. Without an earlier version all
    are new.
    """
    if since is None or not claims:
        return dict.fromkeys(claim.pk for claim in claims)
    earlier = claims_with_works(rendition__version=since)
    present = claims_with_works(rendition__version=claims[0].rendition.version_id)
    library = current_works({work.pk for claim in (*earlier, *present) for work in claim.references.all()})
    pairs = list(continuations(earlier, present, library=library))
    same, gone_on = (
        {claim.pk for _, continuation in pairs for claim in continuation.now.claims},
        {claim.pk for claim, _ in pairs},
    )
    new = [claim for claim in claims if claim.pk not in same]
    gone = [claim for claim in earlier if claim.pk not in gone_on]
    earlier_texts = _earlier_texts(new, _by_audience(gone)) if len(new) * len(gone) <= MAX_PAIRS else {}
    return {claim.pk: earlier_texts.get(claim.pk) for claim in new}


def _by_audience(claims: Iterable[Claim]) -> dict[int, list[Claim]]:
    by_audience: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_audience[claim.rendition.audience_id].append(claim)
    return by_audience


def _earlier_texts(new: Iterable[Claim], gone: Mapping[int, Sequence[Claim]]) -> dict[int, str]:
    """Return for each new claim the most similar removed claim for the same audience; the first of equals."""
    words = {claim.pk: _words(claim) for claims in gone.values() for claim in claims}
    texts = {}
    for claim in new:
        mine = _words(claim)
        rated = [
            (_similarity(mine, words[candidate.pk]), candidate.text)
            for candidate in gone.get(claim.rendition.audience_id, ())
        ]
        best = max(rated, key=lambda pair: pair[0], default=(0.0, ""))
        if best[0] >= MIN_SIMILARITY:
            texts[claim.pk] = best[1]
    return texts


def most_similar(claim: Claim, others: Iterable[Claim]) -> Claim | None:
    """Return the claim among ``others`` with most words in common, the first one; None below ``MIN_SIMILARITY``."""
    mine = _words(claim)
    rated = [(_similarity(mine, _words(other)), other) for other in others]
    best = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= MIN_SIMILARITY else None


def _words(claim: Claim) -> frozenset[str]:
    return frozenset(claim.text.casefold().split())


def _similarity(first: frozenset[str], second: frozenset[str]) -> float:
    return 2 * len(first & second) / ((len(first) + len(second)) or 1)
