"""Holding reviews, signatures, rulings and verdicts carried over against the ledger."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from editorial.canonical import timestamp
from editorial.ledger import Break
from editorial.models import LedgerEntry
from reviews.carrying import ACTION as CARRY_OVER
from reviews.lifecycle import State
from reviews.models import CarriedCheck, ClaimCheck, Review, Ruling, Signature, SignatureWithdrawal
from reviews.models.signature import signature_hash
from reviews.models.work import carried_hash, ruling_hash, verdicts_hash

SIGN, WITHDRAW, RULE = "review.sign", "review.withdraw_signature", "review.rule"


def breaks() -> Iterator[Break]:
    """Everything in which what was signed, ruled or carried over differs from what the ledger was told about it."""
    yield from _written_once("signature", Signature, action=SIGN, hashed=signature_hash)
    yield from _written_once("ruling", Ruling, action=RULE, hashed=ruling_hash)
    yield from _withdrawals()
    yield from _verdicts()
    yield from _carried()
    yield from _states()


def _told(action: str, noun: str) -> dict[int, LedgerEntry]:
    """The entry about each ``noun``, by its id; the first one, should there be more."""
    entries = LedgerEntry.objects.filter(action=action).order_by("-chain", "-sequence")
    return {entry.payload[noun]: entry for entry in entries}


def _written_once(noun: str, model: type[Any], *, action: str, hashed: Callable[[Any], str]) -> Iterator[Break]:
    """Rows of ``model`` that the ledger does not know, that are not what it was told, or that are gone."""
    told, rows = _told(action, noun), model.objects.in_bulk()
    for identity, row in sorted(rows.items()):
        entry = told.get(identity)
        if entry is None:
            yield Break(f"{noun}:{identity}", 0, f"the ledger does not know this {noun}")
        elif entry.payload[f"{noun}_hash"] != hashed(row):
            yield Break(entry.chain_id, entry.sequence, f"{noun} {identity} is not the one that was given")
    for identity in sorted(told.keys() - rows.keys()):
        yield Break(told[identity].chain_id, told[identity].sequence, f"{noun} {identity} is missing")


def _withdrawals() -> Iterator[Break]:
    told = _told(WITHDRAW, "signature")
    withdrawals = {row.signature_id: row for row in SignatureWithdrawal.objects.all()}
    for identity, row in sorted(withdrawals.items()):
        entry = told.get(identity)
        if entry is None:
            yield Break(f"signature:{identity}", 0, "the ledger does not know of its withdrawal")
        elif (row.reason, timestamp(row.withdrawn_at)) != (entry.payload["reason"], timestamp(entry.at)):
            yield Break(entry.chain_id, entry.sequence, f"the withdrawal of signature {identity} was changed")
    for identity in sorted(told.keys() - withdrawals.keys()):
        entry = told[identity]
        yield Break(entry.chain_id, entry.sequence, f"the withdrawal of signature {identity} is missing")


def _verdicts() -> Iterator[Break]:
    """Signed reviews whose verdicts are not those that were signed; older entries say nothing about verdicts."""
    given: dict[int, list[ClaimCheck]] = defaultdict(list)
    for check in ClaimCheck.objects.signed().order_by("pk").iterator():
        given[check.review_id].append(check)
    signings = LedgerEntry.objects.filter(action=SIGN, payload__has_key="verdicts_hash")
    last = {entry.payload["review"]: entry for entry in signings.order_by("chain", "sequence")}
    signed = set(Review.objects.filter(state=State.SIGNED).values_list("pk", flat=True))
    for review, entry in sorted(last.items()):
        if review in signed and entry.payload["verdicts_hash"] != verdicts_hash(given[review]):
            yield Break(entry.chain_id, entry.sequence, f"review {review} has other verdicts than were signed")


def _carried() -> Iterator[Break]:
    """Verdicts that were carried over, by version and moment: each such group has its entry, with a hash over it."""
    groups: dict[tuple[int, str], list[CarriedCheck]] = defaultdict(list)
    for row in CarriedCheck.objects.select_related("claim__rendition").order_by("pk").iterator():
        groups[row.claim.rendition.version_id, timestamp(row.carried_at)].append(row)
    for entry in LedgerEntry.objects.filter(action=CARRY_OVER).order_by("chain", "sequence"):
        rows = groups.pop((entry.payload["version_id"], timestamp(entry.at)), [])
        if carried_hash(rows) != entry.payload["carried_hash"]:
            number = entry.payload["version"]
            reason = f"verdicts carried over to version {number} are not those that were"
            yield Break(entry.chain_id, entry.sequence, reason)
    for version_id, moment in sorted(groups):
        yield Break(f"version:{version_id}", 0, f"the ledger does not know of verdicts carried over at {moment}")


def _states() -> Iterator[Break]:
    """Reviews whose state is not the one that the ledger was told last."""
    entries = LedgerEntry.objects.filter(action__startswith="review.", payload__has_key="after")
    last = {entry.payload["review"]: entry for entry in entries.order_by("chain", "sequence")}
    for review in Review.objects.order_by("pk").iterator():
        entry = last.get(review.pk)
        state = entry.payload["after"] if entry else State.INVITED.value
        if review.state != state:
            chain, sequence = (entry.chain_id, entry.sequence) if entry else (f"review:{review.pk}", 0)
            yield Break(chain, sequence, f"review {review.pk} is {review.state}, the ledger says {state}")
