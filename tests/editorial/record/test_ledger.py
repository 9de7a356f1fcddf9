"""The ledger: what was written is found to be so, or not."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from editorial.models import LedgerChain, LedgerEntry, User
from editorial.record import ledger
from tests.support.factories import NOW


@pytest.fixture
def chain(edith) -> LedgerChain:
    for number in range(3):
        ledger.append(chain="test", action="note", by=edith, now=NOW, payload={"n": number, "words": "Ω “x”\n"})
    return LedgerChain.objects.get(name="test")


def behind_the_triggers(statement: str) -> None:
    """Change a row as somebody who owns the database could."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_append_chains_each_entry_to_the_one_before(chain, edith):
    first, second, third = LedgerEntry.objects.filter(chain=chain).order_by("sequence")
    assert (first.sequence, first.previous_hash) == (1, "0" * 64)
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)
    assert (chain.length, chain.head) == (3, third.hash)
    assert (first.actor, first.actor_name, first.at) == (edith, "Edith Example", NOW)
    assert list(ledger.chain_breaks()) == []
    assert (str(chain), str(first)) == ("test", "test #1: note")


@pytest.mark.parametrize(
    ("change", "sequence", "reason"),
    [
        ("UPDATE editorial_ledgerentry SET actor_name = 'Nobody' WHERE sequence = 2", 2, "content"),
        ("UPDATE editorial_ledgerentry SET payload = '{\"n\": 7}' WHERE sequence = 3", 3, "content"),
        ("UPDATE editorial_ledgerentry SET at = at + interval '1 microsecond' WHERE sequence = 1", 1, "content"),
        ("UPDATE editorial_ledgerentry SET action = 'x' WHERE sequence = 1", 1, "content"),
        ("UPDATE editorial_ledgerentry SET previous_hash = repeat('0', 64) WHERE sequence = 2", 2, "follow"),
        ("UPDATE editorial_ledgerentry SET hash = repeat('0', 64) WHERE sequence = 2", 2, "content"),
        ("DELETE FROM editorial_ledgerentry WHERE sequence = 2", 2, "missing"),
        ("DELETE FROM editorial_ledgerentry WHERE sequence = 3", 3, "recorded head"),
        ("UPDATE editorial_ledgerchain SET head = repeat('0', 64)", 4, "recorded head"),
    ],
)
def test_first_break_names_the_first_entry_that_was_changed(chain, change, sequence, reason):
    behind_the_triggers(change)
    (broken,) = ledger.chain_breaks()
    assert (broken.chain, broken.sequence) == ("test", sequence)
    assert reason in str(broken)


def test_cut_tail_is_found_against_heads_that_were_exported(chain):
    exported = [*ledger.heads(), {"name": "empty", "length": 0, "head": "0" * 64}]
    assert exported[0] == {"name": "test", "length": 3, "head": chain.head}
    assert list(ledger.missing_heads(exported)) == []
    behind_the_triggers("DELETE FROM editorial_ledgerentry WHERE sequence = 3")
    behind_the_triggers(
        "UPDATE editorial_ledgerchain c SET length = 2, head = e.hash FROM editorial_ledgerentry e WHERE e.sequence = 2"
    )
    assert list(ledger.chain_breaks()) == []
    assert [str(broken) for broken in ledger.missing_heads(exported)] == [
        "test #3: the exported head is not in the chain"
    ]


def test_rewritten_chain_is_found_against_heads_that_were_exported(chain):
    exported = [{"name": "test", "length": 2, "head": "f" * 64}]
    assert [broken.sequence for broken in ledger.missing_heads(exported)] == [2]


def test_chains_are_independent_and_a_longer_one_holds(chain, edith):
    ledger.append(chain="other", action="note", by=edith, now=NOW + timedelta(days=1), payload={})
    assert LedgerEntry.objects.get(chain="other").sequence == 1
    assert list(ledger.chain_breaks()) == []
    assert User.objects.filter(pk=edith.pk).exists()


# --- order of time ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("behind", "levels"), [(timedelta(seconds=1), []), (timedelta(minutes=10), ["WARNING"])])
def test_entry_of_a_clock_that_is_behind_gets_the_time_of_the_entry_before_it(chain, edith, caplog, behind, levels):
    ledger.append(chain="test", action="note", by=edith, now=NOW - behind, payload={})
    ledger.append(chain="test", action="note", by=edith, now=NOW + behind, payload={})
    times = LedgerEntry.objects.filter(chain=chain).order_by("sequence").values_list("at", flat=True)
    assert list(times) == [NOW, NOW, NOW, NOW, NOW + behind]
    assert [record.levelname for record in caplog.records] == levels
    assert list(ledger.chain_breaks()) == []


def entry_from(chain: LedgerChain, *, earlier: timedelta) -> None:
    """Append an entry with an earlier time and a right hash, as code without the rule would."""
    last = LedgerEntry.objects.get(chain=chain, sequence=chain.length)
    last.pk, last.sequence, last.previous_hash, last.at = None, last.sequence + 1, last.hash, last.at - earlier
    last.hash = ledger.entry_hash(last)
    last.save(force_insert=True)
    LedgerChain.objects.filter(pk=chain.pk).update(length=last.sequence, head=last.hash)


def test_entry_whose_time_goes_back_is_a_break(chain):
    entry_from(chain, earlier=timedelta(seconds=1))
    assert [str(broken) for broken in ledger.chain_breaks()] == [
        "test #4: its time is before that of the entry before it"
    ]


def test_entries_from_before_the_rule_may_go_back_and_later_ones_may_not(chain, edith):
    behind_the_triggers("UPDATE editorial_ledgerchain SET last_at = NULL, ordered_from = NULL")
    entry_from(chain, earlier=timedelta(hours=1))
    assert list(ledger.chain_breaks()) == []
    for now in (NOW - timedelta(hours=2), NOW, NOW - timedelta(hours=1)):
        ledger.append(chain="test", action="note", by=edith, now=now, payload={})
    chain.refresh_from_db()
    assert (chain.ordered_from, chain.last_at, list(ledger.chain_breaks())) == (5, NOW, [])
    entry_from(chain, earlier=timedelta(seconds=1))
    assert [broken.sequence for broken in ledger.chain_breaks()] == [8]
