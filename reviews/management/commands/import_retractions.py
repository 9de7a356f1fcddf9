"""Imports the public list of retractions."""

import hashlib
from argparse import ArgumentTypeError
from datetime import UTC, date, datetime
from io import BufferedReader
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles import actions as articles
from articles.library.formats.file_faults import Unreadable
from articles.library.formats.retraction_watch import RetractionWatchFile
from articles.models import RetractionList
from editorial.exceptions import Refusal
from editorial.models import SweepFailure, SweepTask, User
from reviews import actions as reviews

FOLLOWING = (
    SweepTask.LOOK_UP_WORKS,
    SweepTask.SUSPEND_RETRACTED,
    SweepTask.WARN_IN_REVIEW,
    SweepTask.WARN_REVIEWERS,
)
"""What follows an imported list."""


def parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text} is not a day such as 2026-03-02") from error


class Command(BaseCommand):
    """Store every record of the list, all or nothing, then update the library and suspend articles as needed.

    A file that was imported already is not read again, but unfinished work after it is completed. Exit code 1 when the
    file is refused; then nothing of it is stored. Exit code 1 also when a work or version could not be processed; then
    the list is stored, and all others are.
    """

    help = "Import the Retraction Watch CSV file, and act on retractions of works that articles cite."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file, and its publication date."""
        parser.add_argument("file", type=Path, metavar="FILE", help="the CSV file as Crossref publishes it")
        parser.add_argument(
            "--as-of",
            type=parse_day,
            metavar="DATE",
            help="the day it was published (default: when the file was written)",
        )

    def handle(self, *args: Any, file: Path, as_of: date | None, **options: Any) -> None:
        """Import the file, apply it, and print figures."""
        try:
            with file.open("rb") as opened:
                self._import(opened, file, as_of or datetime.fromtimestamp(file.stat().st_mtime, tz=UTC).date())
        except OSError as error:
            raise CommandError(f"{file}: cannot be read: {error.strerror or error}") from error
        except Unreadable as error:
            raise CommandError(f"{error}. Nothing was stored.") from error
        except Refusal as refusal:
            raise CommandError(f"{refusal.detail} Nothing was stored.") from refusal
        self._follow()

    def _import(self, opened: BufferedReader, path: Path, as_of: date) -> None:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        opened.seek(0)
        if imported := RetractionList.objects.filter(sha256=sha256).first():
            self.stdout.write(f"This file was imported on {imported.imported_at:%Y-%m-%d}, as of {imported.as_of}.")
            return
        before = RetractionList.objects.order_by("-as_of", "-pk").first()
        source = RetractionWatchFile(opened, path=path)
        system = User.objects.system()
        articles.keep_retractions(source=source, sha256=sha256, as_of=as_of, by=system, now=timezone.now())
        self.stdout.write(f"{source.read} records as of {as_of}")
        doubts = {"could not be read": source.unreadable, "have broken UTF-8": source.garbled}
        doubts["have no day that can be read"] = source.undated
        for what, count in doubts.items():
            if count:
                self.stderr.write(f"{count} {what}")
        if before and source.read < before.rows:
            self.stderr.write(f"The list of {before.as_of} had {before.rows}: was this one cut off?")

    def _follow(self) -> None:
        followed = reviews.follow_retractions(by=User.objects.system(), now=timezone.now())
        for status, count in sorted(followed.works.items()):
            self.stdout.write(f"{count} works of the library are now: {status}")
        for version in followed.suspended:
            self.stdout.write(f"suspended {version}")
        for version in followed.warned:
            self.stdout.write(f"in review {version}")
        if words := SweepFailure.objects.words(*FOLLOWING):
            raise CommandError(words)
        if not (followed.works or followed.suspended or followed.warned):
            self.stdout.write("Nothing changed for the library and its articles.")
