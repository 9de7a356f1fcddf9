"""Import articles from Markdown files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles.markdown_files.bundles import collect
from articles.markdown_files.import_articles import Outcome, Result, import_article
from editorial.models import User


class Command(BaseCommand):
    """Imports each article as a whole or not at all, and names the file and line of every error.

    Exit code 1 if an article was refused. Texts for audiences without a file are not changed.
    """

    help = "Import articles from Markdown files with YAML front matter, one file per audience."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the files and the importing user."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a .md file, or a folder with some")
        parser.add_argument("--by", help="user name of who imports (default: each article's first author)")

    def handle(self, *args: Any, paths: list[Path], by: str | None, **options: Any) -> None:
        """Import the files and print one line per article."""
        user = User.objects.filter(username=by, is_active=True).first() if by else None
        if by and user is None:
            raise CommandError(f"There is no active account “{by}”.")
        bundles = collect(paths)
        if not bundles:
            raise CommandError("There are no .md files.")
        outcomes = [import_article(bundle, by=user, now=timezone.now()) for bundle in bundles]
        for outcome in outcomes:
            self._say(outcome)
        refused = sum(outcome.result == Result.REFUSED for outcome in outcomes)
        if refused:
            raise CommandError(f"{refused} of {len(outcomes)} articles refused; nothing of them was stored.")

    def _say(self, outcome: Outcome) -> None:
        which = f", version {outcome.version.number}" if outcome.version else ""
        self.stdout.write(f"{outcome.result.value:<9} {outcome.slug}{which}")
        for detail in (*outcome.remarks, *outcome.faults):
            self.stderr.write(f"  {detail}")
