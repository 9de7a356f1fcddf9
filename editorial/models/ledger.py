"""The ledger: an append-only, hash-chained record of what happened, one chain per article, board and policy."""

from django.db import models

from editorial.models.accounts import User

BOARD_CHAIN = "board"
POLICY_CHAIN = "policy"
NO_HASH = "0" * 64


class LedgerChain(models.Model):
    """A chain and its head. Locking this row serialises the entries of the chain.

    ``last_at`` is the time of the last entry. From the entry ``ordered_from`` on, times never go back; earlier entries
    were written before this rule. Both are empty until the first entry under it.
    """

    name = models.CharField(max_length=100, primary_key=True)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, default=NO_HASH)
    last_at = models.DateTimeField(null=True)
    ordered_from = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return self.name


class LedgerEntry(models.Model):
    """An event on record. ``hash`` covers all other fields and the hash of the entry before."""

    chain = models.ForeignKey(LedgerChain, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=50)
    payload = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [models.UniqueConstraint("chain", "sequence", name="one_entry_per_place")]

    def __str__(self) -> str:
        return f"{self.chain_id} #{self.sequence}: {self.action}"
