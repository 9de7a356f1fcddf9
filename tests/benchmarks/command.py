"""Measurements of this site on this machine."""

import os
import platform
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.memory import configure_garbage_collection
from tests.benchmarks import desk, documents, library, reminders, retractions, search, signing, texts, verdicts

SUBJECTS = {
    "reminders": reminders,
    "desk": desk,
    "reading": documents,
    "library": library,
    "retractions": retractions,
    "search": search,
    "signing": signing,
    "texts": texts,
    "verdicts": verdicts,
}


class Command(BaseCommand):
    """Prints the results and the machine. Needs a migrated database, and leaves no data in it."""

    help = "Measure."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the subjects and the scale."""
        parser.add_argument("subjects", nargs="*", choices=[[], *SUBJECTS], metavar="SUBJECT", help=", ".join(SUBJECTS))
        parser.add_argument("--scale", type=float, default=1.0, help="how much data, as a part of the usual (1)")

    def handle(self, *args: Any, subjects: list[str], scale: float, **options: Any) -> None:
        """Print the machine, then the results, with the garbage collection of a web process."""
        configure_garbage_collection()
        self.stdout.write(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
        for name in subjects or SUBJECTS:
            for line in SUBJECTS[name].measure(scale=scale):
                self.stdout.write(line)
