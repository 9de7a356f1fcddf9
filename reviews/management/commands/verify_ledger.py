"""Verifies the record: ledger, history, versions, signatures."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from articles import verification as versions
from editorial.models import LedgerEntry
from editorial.record import ledger, seals
from editorial.record.canonical_json import JSONDict
from editorial.record.ledger import Break
from reviews import verification as reviews

HEAD = {"name": str, "length": int, "head": str}


class Command(BaseCommand):
    """Recompute every chain, seal, digest and signature, and print the first break of each.

    It reads one snapshot, so it can run while people work. Exit code 1 when there is any break. A chain that was cut
    off at its end is still consistent: only heads that were exported earlier, and stored elsewhere, show that.
    """

    help = "Verify the ledger, field history, frozen versions and signatures; exit code 1 when something was changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the heads to compare with, and where to write the current ones."""
        parser.add_argument("--against", type=Path, metavar="FILE", help="heads that were exported earlier")
        parser.add_argument(
            "--export-heads", type=Path, metavar="FILE", help="write the heads of all chains; - shows them"
        )

    def handle(self, *args: Any, against: Path | None, export_heads: Path | None, **options: Any) -> None:
        """Print every break, or how much was verified."""
        exported = _read_heads(against) if against else []
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            breaks = list(_breaks(exported))
            heads, entries = ledger.heads(), LedgerEntry.objects.count()
        for broken in breaks:
            self.stdout.write(str(broken))
        if breaks:
            raise CommandError(f"{len(breaks)} things in the record do not hold.")
        if export_heads:
            self._export(heads, export_heads)
        self.stderr.write(f"{len(heads)} chains with {entries} entries, field history, versions and signatures hold.")

    def _export(self, heads: list[JSONDict], path: Path) -> None:
        text = json.dumps(heads, indent=1) + "\n"
        if str(path) == "-":
            self.stdout.write(text, ending="")
        else:
            path.write_text(text, encoding="utf-8")


def _breaks(exported: list[JSONDict]) -> Iterator[Break]:
    yield from ledger.chain_breaks()
    yield from ledger.missing_heads(exported)
    yield from seals.history_breaks()
    yield from versions.version_breaks()
    yield from reviews.find_breaks()


def _read_heads(path: Path) -> list[JSONDict]:
    try:
        heads = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    sound = isinstance(heads, list) and all(_is_head(head) for head in heads)
    if not sound:
        raise CommandError(f"{path} does not hold heads as --export-heads writes them.")
    return heads


def _is_head(head: object) -> bool:
    return isinstance(head, dict) and all(isinstance(head.get(name), kind) for name, kind in HEAD.items())
