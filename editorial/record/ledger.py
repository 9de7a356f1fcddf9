"""Append entries to the ledger, and verify its hash chains."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from editorial.models import LedgerChain, LedgerEntry, User
from editorial.models.ledger import NO_HASH
from editorial.record.batched_writes import BatchedWriter
from editorial.record.canonical_json import JSONDict, sha256_hex, timestamp

logger = logging.getLogger(__name__)

FORMAT = "imprimatur-ledger/1"

TOLERANCE = timedelta(seconds=1)
"""Difference of clocks that is not worth a warning. Machines with NTP stay well below it."""


@dataclass(frozen=True)
class Break:
    """The first entry at which verification of a chain fails."""

    chain: str
    sequence: int
    reason: str

    def __str__(self) -> str:
        return f"{self.chain} #{self.sequence}: {self.reason}"


def lock(chain: str) -> LedgerChain:
    """Return the row of ``chain``, created if missing and locked until the transaction ends.

    Transactions that lock the same chain first run one after the other.
    """
    chains = LedgerChain.objects.select_for_update(no_key=True)
    if row := chains.filter(name=chain).first():
        return row
    LedgerChain.objects.get_or_create(name=chain)  # another transaction may create it at the same time
    return chains.get(name=chain)


def append(*, chain: str, action: str, by: User, now: datetime, payload: JSONDict) -> LedgerEntry:
    """Append one entry to ``chain``. Call this in the same transaction as the change that it records.

    ``payload`` holds JSON values without floats. The chain's row stays locked until that transaction ends. Inside
    ``with batched():`` the entry gets its sequence number and hash when the block ends. Its time is the later of
    ``now`` and the time of the entry before it, so that a clock that is behind turns no order around.
    """
    entry = LedgerEntry(chain_id=chain, at=now, actor=by, actor_name=str(by), action=action, payload=payload)
    batched.write([entry])
    return entry


def _write(entries: Iterable[LedgerEntry]) -> None:
    """Append ``entries`` to their chains in the given order: for each chain one lock, one INSERT and one new head."""
    for name, rows in groupby(sorted(entries, key=_chain), key=_chain):  # locks in one order, so no deadlock
        head, new = lock(name), list(rows)
        for entry in new:
            entry.chain, entry.sequence, entry.previous_hash = head, head.length + 1, head.head
            entry.at = _time_in_order(entry, head)
            entry.hash = entry_hash(entry)
            head.length, head.head, head.last_at = entry.sequence, entry.hash, entry.at
        LedgerEntry.objects.bulk_create(new)
        head.save(update_fields=["length", "head", "last_at", "ordered_from"])


def _time_in_order(entry: LedgerEntry, head: LedgerChain) -> datetime:
    """Return the later of the entry's time and that of the entry before it."""
    if head.last_at is None:
        head.ordered_from = entry.sequence
        return entry.at
    if behind := max(head.last_at - entry.at, timedelta()):
        level = logging.WARNING if behind > TOLERANCE else logging.DEBUG
        logger.log(level, "the clock is %s behind the last entry of %s", behind, head.name)
    return entry.at + behind


def _chain(entry: LedgerEntry) -> str:
    return entry.chain_id


batched = BatchedWriter(_write)
"""Writes the ledger entries of an action when the action ends; see ``BatchedWriter``."""


def entry_hash(entry: LedgerEntry) -> str:
    """Return the SHA-256 over the canonical JSON of every field of ``entry`` and the hash of the entry before it."""
    return sha256_hex(
        [
            FORMAT,
            entry.chain_id,
            entry.sequence,
            timestamp(entry.at),
            entry.actor_id,
            entry.actor_name,
            entry.action,
            entry.payload,
            entry.previous_hash,
        ]
    )


def first_break(chain: LedgerChain) -> Break | None:
    """Return the first entry of ``chain`` that was changed, removed or moved, or None if the chain is intact.

    An entry whose time goes back is a break, too.
    """
    previous, expected, last = NO_HASH, 0, None
    for entry in _entries(chain):
        expected += 1
        if entry.sequence != expected:
            return Break(chain.name, expected, "the entry is missing")
        if entry.previous_hash != previous:
            return Break(chain.name, expected, "it does not follow the entry before it")
        if entry.hash != entry_hash(entry):
            return Break(chain.name, expected, "its content does not match its hash")
        if last and entry.at < last:
            return Break(chain.name, expected, "its time is before that of the entry before it")
        previous = entry.hash
        last = entry.at if chain.ordered_from and expected >= chain.ordered_from else None
    if (chain.length, chain.head) != (expected, previous):
        return Break(chain.name, expected + 1, "the chain ends before its recorded head")
    return None


def _entries(chain: LedgerChain) -> Iterator[LedgerEntry]:
    return LedgerEntry.objects.filter(chain=chain).order_by("sequence").iterator(chunk_size=1000)


def chain_breaks() -> Iterator[Break]:
    """Yield the first break of each chain that has one, in the order of the chains' names."""
    for chain in LedgerChain.objects.order_by("name").iterator():
        if broken := first_break(chain):
            yield broken


def heads() -> list[JSONDict]:
    """Return name, length and head of every chain. An earlier export reveals a chain that was cut or rewritten."""
    return [dict(head) for head in LedgerChain.objects.order_by("name").values("name", "length", "head")]


def missing_heads(exported: Iterable[JSONDict]) -> Iterator[Break]:
    """Yield a break for each head that was exported earlier and is no longer in its chain."""
    for head in exported:
        entry = LedgerEntry.objects.filter(chain_id=head["name"], sequence=head["length"]).first()
        if head["length"] and (entry is None or entry.hash != head["head"]):
            yield Break(head["name"], head["length"], "the exported head is not in the chain")
