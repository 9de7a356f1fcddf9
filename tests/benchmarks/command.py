"""Measurements of this site on this machine."""

import os
import platform
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.benchmarks import desk, library, reading, reminders, retractions, search, signing, texts, verdicts
from config.memory import look_rarely

SUBJECTS = {
    "reminders": reminders,
    "desk": desk,
    "reading": reading,
    "library": library,
    "retractions": retractions,
    "search": search,
    "signing": signing,
    "texts": texts,
    "verdicts": verdicts,
}


class Command(BaseCommand):
    """Prints what was measured, and on what. Needs a migrated database, and leaves nothing in it."""

    help = "Measure."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much of it."""
        parser.add_argument("subjects", nargs="*", choices=[[], *SUBJECTS], metavar="SUBJECT", help=", ".join(SUBJECTS))
        parser.add_argument("--scale", type=float, default=1.0, help="how much data, as a part of the usual (1)")

    def handle(self, *args: Any, subjects: list[str], scale: float, **options: Any) -> None:  # noqa: ARG002
        """Print the machine, then the figures, as a process that serves pages."""
        look_rarely()
        self.stdout.write(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
        for name in subjects or SUBJECTS:
            for line in SUBJECTS[name].measure(scale=scale):
                self.stdout.write(line)
