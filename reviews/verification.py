"""Holding reviews and signatures against the ledger."""

from collections.abc import Iterator

from editorial.canonical import timestamp
from editorial.ledger import Break
from editorial.models import LedgerEntry
from reviews.lifecycle import State
from reviews.models import Review, Signature, SignatureWithdrawal
from reviews.models.signature import signature_hash

SIGN, WITHDRAW = "review.sign", "review.withdraw_signature"


def breaks() -> Iterator[Break]:
    """Everything in which a signature, a withdrawal or a review differs from what the ledger was told about it."""
    yield from _signatures()
    yield from _withdrawals()
    yield from _states()


def _told(action: str) -> dict[int, LedgerEntry]:
    """The entry about each signature, by its id; the first one, should there be more."""
    entries = LedgerEntry.objects.filter(action=action).order_by("-chain", "-sequence")
    return {entry.payload["signature"]: entry for entry in entries}


def _signatures() -> Iterator[Break]:
    told = _told(SIGN)
    signatures = Signature.objects.in_bulk()
    for identity, signature in sorted(signatures.items()):
        entry = told.get(identity)
        if entry is None:
            yield Break(f"signature:{identity}", 0, "the ledger does not know this signature")
        elif entry.payload["signature_hash"] != signature_hash(signature):
            yield Break(entry.chain_id, entry.sequence, f"signature {identity} is not the one that was given")
    for identity in sorted(told.keys() - signatures.keys()):
        yield Break(told[identity].chain_id, told[identity].sequence, f"signature {identity} is missing")


def _withdrawals() -> Iterator[Break]:
    told = _told(WITHDRAW)
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
