"""Write the cached documents for readers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles import actions
from articles.published import document_cache
from articles.tasks import READINGS_A_RUN
from editorial.models import SweepFailure, SweepTask, User


class Command(BaseCommand):
    """Runs until no cached document is stale. Workers do the same; run this after a deployment or for repairs.

    Exit code 1 if an article could not be written. All others are.
    """

    help = "Write the documents that readers are sent, where they are behind."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the selection of articles."""
        parser.add_argument("--all", action="store_true", help="of all articles, not only of those that changed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write batch by batch. Each article is a transaction of its own."""
        if options["all"]:
            document_cache.mark_all()
        total, system = 0, User.objects.system()
        while count := actions.write_documents(by=system, now=timezone.now(), limit=READINGS_A_RUN):
            total += count
        self.stdout.write(f"Rewritten: {total:,}")
        if words := SweepFailure.objects.words(SweepTask.WRITE_DOCUMENTS):
            raise CommandError(words)
