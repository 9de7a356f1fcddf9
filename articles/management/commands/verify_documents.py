"""Verifies what is stored for readers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles import actions
from articles.models import Article
from articles.published.document_verification import verify
from editorial.models import User


class Command(BaseCommand):
    """Compare what is stored for readers with the record: documents, list entries, histories and passages.

    Each article is read in one snapshot, so it can run while people work. Exit code 1 when something differs, also if
    it was mended.
    """

    help = "Verify documents, list, histories and passages against the record; exit code 1 when something differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what to do with what differs."""
        parser.add_argument("--mend", action="store_true", help="record what differs, and rewrite it")

    def handle(self, *args: Any, mend: bool, **options: Any) -> None:
        """Print every difference, and then how many articles were verified."""
        waiting = differing = 0
        article_ids, system = list(Article.objects.order_by("pk").values_list("pk", flat=True)), User.objects.system()
        for article_id in article_ids:
            now = timezone.now()
            result = verify(article_id, at=now)
            waiting += not result.is_complete
            differing += len(result.differences)
            for difference in result.differences:
                self.stdout.write(str(difference))
            if mend:
                actions.mend_documents(differences=result.differences, by=system, now=now)
        self.stderr.write(f"Articles: {len(article_ids):,}; of these, waiting to be written: {waiting:,}.")
        if differing:
            raise CommandError(f"Stored rows that differ from the record: {differing:,}.")
