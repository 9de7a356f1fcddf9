"""Export works of the library to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.library.formats.export import export
from articles.models import Reference
from articles.models.reference_imports import ImportFormat


class Command(BaseCommand):
    """Writes every work that was not merged into another, or the given ones, in the order of their keys."""

    help = "Export works of the library as CSL-JSON, BibTeX, RIS or PubMed's NBIB."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add format, file and the selection of works."""
        parser.add_argument("format", choices=ImportFormat.values)
        parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="default: standard output")
        parser.add_argument("--key", action="append", help="only this work; may be given several times")

    def handle(self, *args: Any, file: Path | None, key: list[str] | None, **options: Any) -> None:
        """Write record by record, so that memory use does not grow with the library."""
        works = Reference.objects.filter(merged_into=None).order_by("key", "pk")
        if key:
            works = works.filter(key__in=key)
            if missing := sorted(set(key) - set(works.values_list("key", flat=True))):
                raise CommandError(f"The library has no {', '.join(missing)}.")
        written = export(works.iterator(chunk_size=500), form=options["format"])
        if file is None:
            self.stdout.writelines(written)
            return
        with file.open("w", encoding="utf-8", newline="\n") as opened:
            opened.writelines(written)
        self.stderr.write(f"{works.count():,} works written to {file}")
