"""Export articles as Markdown files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.lifecycle import State
from articles.markdown_files.export import files_of
from articles.models import Version


class Command(BaseCommand):
    """Writes ``<slug>/<audience>.md`` and ``<slug>/references.json``, which ``import_articles`` reads without loss.

    Other existing files are not touched.
    """

    help = "Export articles as Markdown files with YAML front matter, one file per audience."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the folder and the selection of articles."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder to write to; made if missing")
        parser.add_argument("--slug", action="append", help="only this article; may be given several times")
        parser.add_argument(
            "--state",
            choices=["approved", "all"],
            default="all",
            help="approved versions, or each newest one (default)",
        )

    def handle(self, *args: Any, folder: Path, slug: list[str] | None, state: str, **options: Any) -> None:
        """Write the files and print one line per article."""
        selected = (
            Version.objects.select_related("article").order_by("article__slug", "-number").distinct("article__slug")
        )
        selected = selected.filter(article__slug__in=slug) if slug else selected
        versions = list(selected.filter(state=State.APPROVED) if state == "approved" else selected)
        missing = sorted(set(slug or []) - {version.article.slug for version in versions})
        for version in versions:
            self._write(version, folder)
        if missing:
            raise CommandError(f"Nothing to export of {', '.join(missing)}.")

    def _write(self, version: Version, folder: Path) -> None:
        files = files_of(version)
        if not any(name.endswith(".md") for name in files):
            self.stderr.write(f"skipped  {version}: it has no text yet")
            return
        article_folder = folder / version.article.slug
        article_folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (article_folder / name).write_text(content, encoding="utf-8", newline="\n")
        self.stdout.write(f"exported {version}")
