"""Restoring in a new review what the member wrote in reviews that ended without a signature."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import product

from articles.models import Claim
from editorial import autosave
from editorial.accounts.persons import same_person
from editorial.policy.requirements import Requirements
from reviews.desk.same_claims import claims_with_works, continuations
from reviews.desk.verdicts import LibraryWork, current_works, lapse_reason, shelf_life
from reviews.lifecycle import ENDED
from reviews.models import ClaimCheck, Review
from reviews.transitions import record_in_ledger


def restore_unsigned_work(review: Review, *, requirements: Requirements, now: datetime) -> int:
    """Copy the member's own unsigned verdicts and autosaved text to a new review. Returns the number of verdicts.

    They come from reviews of this and earlier versions that ended unsigned, with any account of the person. The claim,
    its context and the work have to be the same. Left out are verdicts with a ``lapse_reason``, with a ruling, or
    replaced by a later signed verdict. The caller holds the article's lock and has moved ``review`` to accepted.
    """
    before = Review.objects.filter(
        member__user__in=same_person(review.member.user_id),
        version__article=review.version.article,
        version__number__lte=review.version.number,
    )
    ended = list(before.filter(state__in=ENDED, accepted_at__isnull=False).order_by("pk"))
    if not ended:
        return 0
    claims = claims_with_works(rendition__version=review.version)
    taken = _copies(review, claims, requirements=requirements, now=now)
    if taken:
        ClaimCheck.objects.all().record_many(taken, by=review.member.user, now=now, reason="taken up again")
        record_in_ledger(review, action="take_up", by=review.member.user, now=now, verdicts=len(taken))
    _move_typed_text(review, ended, claims)
    return len(taken)


def _copies(review: Review, claims: Sequence[Claim], *, requirements: Requirements, now: datetime) -> list[ClaimCheck]:
    verdicts = ClaimCheck.objects.filter(
        review__member__user__in=same_person(review.member.user_id),
        review__version__article=review.version.article,
        review__version__number__lte=review.version.number,
    )
    checks: dict[int, list[ClaimCheck]] = defaultdict(list)
    for check in verdicts.with_rulings().order_by("pk"):
        checks[check.claim_id].append(check)
    before = claims_with_works(pk__in=checks)
    library = current_works({work.pk for claim in (*before, *claims) for work in claim.references.all()})
    life = shelf_life(requirements)
    last = {
        place: max(candidates, key=_sort_key)
        for place, candidates in _verdicts_by_place(before, claims, checks, library=library).items()
    }
    return [
        _copy(check, review, *place)
        for place, check in sorted(last.items())
        if check.review.state in ENDED and not check.ruling
        if not lapse_reason(check, library[place[1]], life=life, now=now)
    ]


def _verdicts_by_place(
    before: Iterable[Claim],
    claims: Iterable[Claim],
    checks: Mapping[int, Sequence[ClaimCheck]],
    *,
    library: Mapping[int, LibraryWork],
) -> dict[tuple[int, int], list[ClaimCheck]]:
    """Return the verdicts given on each claim and work of this version in the same context."""
    places: dict[tuple[int, int], list[ClaimCheck]] = defaultdict(list)
    for claim, continuation in continuations(before, claims, library=library):
        is_here = claim.rendition.version_id == continuation.now.claims[0].rendition.version_id
        here = (
            [present for present in continuation.now.claims if present.pk == claim.pk or not is_here]
            if continuation.is_in_context
            else []
        )
        for check in checks[claim.pk]:
            for place in product((present.pk for present in here), continuation.works[check.reference_id]):
                places[place].append(check)
    return places


def _sort_key(check: ClaimCheck) -> tuple[int, int, bool, datetime]:
    return check.review.version.number, check.review_id, check.is_negative, check.checked_at


def _copy(check: ClaimCheck, review: Review, claim: int, work: int) -> ClaimCheck:
    fields = {name: getattr(check, name) for name in ("verdict", "locator", "quote", "note", "checked_at")}
    return ClaimCheck(review=review, claim_id=claim, reference_id=work, **fields)


def _move_typed_text(review: Review, ended: Iterable[Review], claims: Iterable[Claim]) -> None:
    """Move autosaved text to the forms of this review. Text without a matching claim stays where it is."""
    now_at = {claim.words: claim.pk for claim in claims}
    for before in ended:
        rows = Claim.objects.filter(rendition__version=before.version_id).values_list("pk", "words")
        renamed = {pk: now_at.get(words) for pk, words in rows}
        autosave.move_forms(before, review, by=review.member.user, name=partial(_form_now, claims=renamed))


def _form_now(form: str, *, claims: Mapping[int, int | None]) -> str | None:
    """Return the name of a desk form at the claims of another version, or None if its claim is gone."""
    kind, _, rest = form.partition(":")
    claim, _, work = rest.partition(":")
    if kind not in ("verdict", "comment") or not claim.isdecimal():
        return form
    now = claims.get(int(claim))
    return ":".join(filter(None, (kind, str(now), work))) if now else None
