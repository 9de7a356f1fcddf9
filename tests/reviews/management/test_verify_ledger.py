"""The command that verifies the record."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from editorial.models import LedgerChain, LedgerEntry
from editorial.record import ledger
from tests.support.factories import make_approved


def tamper(sql):
    """Change something as the owner of the tables, with the triggers set aside."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)


@pytest.fixture
def kept(transactional_db):
    return make_approved()


def verify(*arguments):
    out, err = StringIO(), StringIO()
    call_command("verify_ledger", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_command_on_a_record_that_holds_says_how_much(kept):
    out, err = verify()
    chains, entries = LedgerChain.objects.count(), LedgerEntry.objects.count()
    assert (out, err) == ("", f"{chains} chains with {entries} entries, field history, versions and signatures hold.\n")


def test_command_names_what_does_not_hold(kept):
    with transaction.atomic():
        tamper("UPDATE editorial_ledgerentry SET action = 'x' WHERE id = (SELECT min(id) FROM editorial_ledgerentry)")
    first, out = LedgerEntry.objects.earliest("pk"), StringIO()
    with pytest.raises(CommandError, match="do not hold"):
        call_command("verify_ledger", stdout=out)
    assert f"{first.chain_id} #{first.sequence}: its content does not match its hash" in out.getvalue()


def test_command_finds_a_cut_end_by_heads_exported_earlier(kept, tmp_path):
    heads, out = tmp_path / "heads.json", StringIO()
    verify("--export-heads", heads)
    verify("--against", heads)
    with transaction.atomic():
        cut_end(kept.article.chain)
    verify_chains = list(ledger.chain_breaks())
    with pytest.raises(CommandError):
        call_command("verify_ledger", "--against", str(heads), stdout=out)
    assert not verify_chains
    assert "the exported head is not in the chain" in out.getvalue()


def cut_end(chain):
    """Remove the last entry and make the chain look as if it had never been there."""
    last = LedgerEntry.objects.filter(chain=chain).latest("sequence")
    tamper(f"DELETE FROM editorial_ledgerentry WHERE id = {last.pk}")
    tamper(
        f"UPDATE editorial_ledgerchain SET length = length - 1, head = '{last.previous_hash}' WHERE name = '{chain}'"
    )


def test_command_shows_the_heads(kept):
    out, _ = verify("--export-heads", "-")
    assert f'"name": "{kept.article.chain}"' in out


@pytest.mark.parametrize("content", ["{", "{}", "[1]", '[{"name": "x", "length": "1", "head": "y"}]', "[" * 100_000])
def test_command_with_unreadable_heads_is_refused(transactional_db, tmp_path, content):
    heads = tmp_path / "heads.json"
    heads.write_text(content)
    with pytest.raises(CommandError, match=r"heads\.json"):
        verify("--against", heads)


def test_command_with_missing_heads_is_refused(transactional_db, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        verify("--against", tmp_path / "none.json")
