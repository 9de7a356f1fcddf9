"""Writing and checking the ledger."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from editorial.canonical import sha256_hex, timestamp
from editorial.models import LedgerChain, LedgerEntry, User
from editorial.models.ledger import NO_HASH
from editorial.together import Together

FORMAT = "imprimatur-ledger/1"


@dataclass(frozen=True)
class Break:
    """The first place at which a chain does not hold."""

    chain: str
    sequence: int
    reason: str

    def __str__(self) -> str:
        return f"{self.chain} #{self.sequence}: {self.reason}"


def lock(chain: str) -> LedgerChain:
    """The chain, locked until the transaction ends: whatever takes it first happens in one order."""
    free = LedgerChain.objects.select_for_update(no_key=True)
    return free.filter(name=chain).first() or _new(chain, free)


def _new(chain: str, free: QuerySet[LedgerChain]) -> LedgerChain:
    LedgerChain.objects.get_or_create(name=chain)  # somebody else may be beginning it at this moment, too
    return free.get(name=chain)


def append(*, chain: str, action: str, by: User, now: datetime, payload: dict[str, Any]) -> LedgerEntry:
    """Add one entry to ``chain``. Call it inside the transaction of what it records.

    ``payload`` holds JSON values without floats. The chain's row stays locked until that transaction ends. Inside
    ``with together():`` the entry gets its place and hash when the block ends.
    """
    entry = LedgerEntry(chain_id=chain, at=now, actor=by, actor_name=str(by), action=action, payload=payload)
    together.write([entry])
    return entry


def _write(entries: Iterable[LedgerEntry]) -> None:
    """Add ``entries`` to their chains, in their order: of each chain one lock, one statement and one new head."""
    for name, rows in groupby(sorted(entries, key=_chain), key=_chain):  # sorted: never two chains in two orders
        head, new = lock(name), list(rows)
        for entry in new:
            entry.chain, entry.sequence, entry.previous_hash = head, head.length + 1, head.head
            entry.hash = entry_hash(entry)
            head.length, head.head = entry.sequence, entry.hash
        LedgerEntry.objects.bulk_create(new)
        head.save(update_fields=["length", "head"])


def _chain(entry: LedgerEntry) -> str:
    return entry.chain_id


together = Together(_write)
"""What an action tells the ledger, written when the action ends; see ``Together``."""


def entry_hash(entry: LedgerEntry) -> str:
    """SHA-256 over canonical JSON of every field of ``entry`` and the hash before it."""
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
    """The first entry of ``chain`` that was changed, removed or moved, or None when it holds."""
    previous, expected = NO_HASH, 0
    for entry in _entries(chain):
        expected += 1
        if entry.sequence != expected:
            return Break(chain.name, expected, "the entry is missing")
        if entry.previous_hash != previous:
            return Break(chain.name, expected, "it does not follow the entry before it")
        if entry.hash != entry_hash(entry):
            return Break(chain.name, expected, "its content does not match its hash")
        previous = entry.hash
    if (chain.length, chain.head) != (expected, previous):
        return Break(chain.name, expected + 1, "the chain ends before its recorded head")
    return None


def _entries(chain: LedgerChain) -> Iterator[LedgerEntry]:
    return LedgerEntry.objects.filter(chain=chain).order_by("sequence").iterator(chunk_size=1000)


def breaks() -> Iterator[Break]:
    """The first break of each chain that has one, chains by name."""
    for chain in LedgerChain.objects.order_by("name").iterator():
        if broken := first_break(chain):
            yield broken


def heads() -> list[dict[str, Any]]:
    """Name, length and head of every chain: exported daily, they show a chain that was cut or rewritten."""
    return [dict(head) for head in LedgerChain.objects.order_by("name").values("name", "length", "head")]


def breaks_against(exported: Iterable[dict[str, Any]]) -> Iterator[Break]:
    """Chains that no longer contain a head that was exported earlier."""
    for head in exported:
        entry = LedgerEntry.objects.filter(chain_id=head["name"], sequence=head["length"]).first()
        if head["length"] and (entry is None or entry.hash != head["head"]):
            yield Break(head["name"], head["length"], "the exported head is not in the chain")
