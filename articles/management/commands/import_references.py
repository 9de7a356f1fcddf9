"""Import works into the library from a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles.actions import request_import, work_through
from articles.library.formats.import_report import REMARKED, as_csv, rows
from articles.library.formats.registry import MAX_FILE, form_of
from articles.models import LibraryImport
from articles.models.reference_imports import ImportFormat, ImportResult, ImportState
from editorial.exceptions import Refusal
from editorial.models import User

PLAIN = "UTF-8"
"""The encoding that needs no mention."""


class Command(BaseCommand):
    """Imports each record separately and reports the result. Importing the same file again creates nothing.

    Exit code 1 if a record, or the whole file, was refused.
    """

    help = "Import works into the library from CSL-JSON, BibTeX, RIS or PubMed's NBIB."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file, the importing user, and the kind of report."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--by", required=True, help="user name of the writer or editor who imports")
        parser.add_argument(
            "--format", choices=ImportFormat.values, help="default: derived from the file name extension"
        )
        parser.add_argument(
            "--report", choices=["text", "csv"], default="text", help="text names refused records and remarks"
        )

    def handle(self, *args: Any, file: Path, by: str, report: str, **options: Any) -> None:
        """Import in the foreground. Progress goes to standard error, the report to standard output."""
        user = User.objects.filter(username=by, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account “{by}”.")
        form = options["format"] or form_of(file.name)
        if not form:
            raise CommandError("Say which format it is with --format.")
        job = self._run(file, form=form, by=user)
        if job.encoding != PLAIN:
            self.stderr.write(f"Read as {job.encoding}.")
        self._report(job, report)
        if job.progress == ImportState.FAILED:
            raise CommandError(job.failure)
        if job.refused:
            raise CommandError(f"{job.refused:,} of {job.records:,} records refused; the others were taken.")

    def _run(self, file: Path, *, form: str, by: User) -> LibraryImport:
        try:
            with file.open("rb") as opened:
                content = opened.read(MAX_FILE + 1)
            now = timezone.now()
            job = request_import(form=form, content=content, file_name=file.name, by=by, now=now, in_foreground=True)
            while job.finished_at is None:  # a worker may import some batches meanwhile
                job = work_through(import_id=job.pk, by=by, now=timezone.now(), told=self._print_progress)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        return job

    def _print_progress(self, job: LibraryImport) -> None:
        counts = f"{job.created:,} created, {job.matched:,} matched, {job.refused:,} refused"
        counts += f", {job.remarked:,} with remarks" if job.remarked else ""
        self.stderr.write(f"{job.records:,} records: {counts}")

    def _report(self, job: LibraryImport, report: str) -> None:
        if report == "csv":
            self.stdout.writelines(as_csv(job))
            return
        for outcome in (ImportResult.REFUSED, REMARKED):
            for row in rows(job, outcome=outcome):
                name = f" {row.label}" if row.label else ""
                words = row.reason if outcome == ImportResult.REFUSED else " ".join(row.remarks)
                self.stdout.write(f"line {row.line}, record {row.position}{name}: {words}")
