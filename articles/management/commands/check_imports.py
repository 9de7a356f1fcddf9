"""List the matches of past imports that contradict."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.library.matching.past_matching import contradicted_matches
from articles.library.matching.work_comparison import in_words


class Command(BaseCommand):
    """Prints one line for each match that title, first author, year or place contradict. Changes nothing."""

    help = "List records of past imports that were matched with a work which they contradict."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the files of past imports, if they still exist."""
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a file that was imported")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Print import, place, record, work and what differs."""
        try:
            contents = [file.read_bytes() for file in files]
        except OSError as error:
            raise CommandError(f"A file cannot be read: {error.strerror}.") from error
        matches = list(contradicted_matches(contents))
        for match in matches:
            row, key = match.row, match.row.reference.key if match.row.reference else ""
            place = f"import {row.library_import_id}, record {row.position}, line {row.line}"
            differs = in_words(match.differing, "differ")
            self.stdout.write(f"{place}: “{row.label}” was matched with {key}, but {differs}")
        self.stdout.write(f"{len(matches):,} matches are contradicted.")
