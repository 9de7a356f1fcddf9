"""List the SQL statements of the site, print one with example values, and explain it."""

from argparse import ArgumentParser
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InternalError, connection, transaction

from editorial.sql_files import Statement, statements


class Command(BaseCommand):
    help = "List the SQL statements of the site, or print one with example values and PostgreSQL's plan for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="the statement to explain; without a name, all are listed")
        parser.add_argument(
            "--analyze",
            action="store_true",
            help="run the statement too, in a read-only transaction that is rolled back, and show times and buffers",
        )

    def handle(self, *, name: str | None, analyze: bool, **options: Any) -> None:
        known = {one.name: one for one in statements(*_directories())}
        if name is None:
            if analyze:
                raise CommandError("Name the statement to analyze.")
            width = max(map(len, known))
            for one in known.values():
                self.stdout.write(f"{one.name:<{width}}  {one.summary}")
        elif name in known:
            self._explain(known[name], analyze=analyze)
        else:
            close = get_close_matches(name, known)
            hint = f"Did you mean {' or '.join(close)}?" if close else "Without a name, all are listed."
            raise CommandError(f"There is no statement {name!r}. {hint}")

    def _explain(self, one: Statement, *, analyze: bool) -> None:
        sql = one.with_examples()
        plan = _plan(f"EXPLAIN {'(ANALYZE, BUFFERS) ' if analyze else ''}{sql}", name=one.name)
        self.stdout.write("\n".join([f"-- {one.description}", f"{sql};", "", *plan]))


def _directories() -> list[Path]:
    """The directories of the project's own apps."""
    paths = [Path(app.path) for app in apps.get_app_configs()]
    return sorted(path for path in paths if path.parent == Path(settings.BASE_DIR))


def _plan(sql: str, *, name: str) -> list[str]:
    """Return the lines of a plan; nothing in the database is changed. Raises CommandError for what would change it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute(sql)
            transaction.set_rollback(True)
            return [line for (line,) in cursor.fetchall()]
    except InternalError as error:
        raise CommandError(f"{name} changes rows, so it can only be explained without --analyze: {error}") from error
