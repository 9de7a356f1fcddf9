"""Read the dates of works that earlier imports stored as words."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles.actions import keep_reference
from articles.library.formats.dates import reread
from articles.models import Reference
from editorial.exceptions import Refusal
from editorial.models import User


class Command(BaseCommand):
    """Corrects each work by itself, as an editor would: with history and an entry in the ledger.

    Submitted and approved versions keep the record that they were signed with, so no approval ends. A work whose words
    hold no year is named and left as it is. A second run corrects nothing.
    """

    help = "Read the dates of works that are stored as words, such as “Aug 2022”."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the correcting user, and the trial run."""
        parser.add_argument("--by", required=True, help="user name of the writer or editor who corrects")
        parser.add_argument("--dry-run", action="store_true", help="name the corrections and make none")

    def handle(self, *args: Any, by: str, dry_run: bool, **options: Any) -> None:
        """Print a line for each work without a year, and the totals."""
        user = User.objects.filter(username=by, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account “{by}”.")
        works = Reference.objects.filter(year=None, merged_into=None, csl__has_key="issued").in_order()
        results = [self._corrected(work, by=user, dry_run=dry_run) for work in works.iterator(chunk_size=500)]
        verb = "would be corrected" if dry_run else "corrected"
        self.stdout.write(f"{sum(results):,} {verb}, {len(results) - sum(results):,} left as they are.")

    def _corrected(self, work: Reference, *, by: User, dry_run: bool) -> bool:
        csl = reread(work.csl)
        if csl is None:
            self.stdout.write(f"{work.key}: its date cannot be read: {work.csl['issued']}")
            return False
        try:
            if not dry_run:
                keep_reference(csl=csl, reference=work, by=by, now=timezone.now())
        except Refusal as refusal:
            self.stdout.write(f"{work.key}: {refusal.detail}")
            return False
        self.stdout.write(f"{work.key}: {work.csl['issued']} is now {csl['issued']}")
        return True
