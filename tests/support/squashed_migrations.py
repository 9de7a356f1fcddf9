"""Check that the squashed migrations create the same schema as the migrations that they replace.

::

    DEBUG=1 SECRET_KEY=dev .venv/bin/python -m config.servers -- .venv/bin/python -m tests.support.squashed_migrations

Compares the schemas of a new database and of databases to which some or all replaced migrations were applied first.
It is not a test, because it migrates four databases, which takes minutes.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from django.db.migrations.loader import MigrationLoader

from tests.support.template_database import conninfo, migrate, run_tool

APPLIED_BEFORE = {
    "all_replaced": [()],
    "new": [],
    "early": [("editorial", "0009"), ("reviews", "0007")],
    "one_app_behind": [("articles", "0016"), ("reviews", "0012")],
}
"""The replaced migrations that are applied first to each database, by their targets. ``()`` means all of them."""


def main() -> int:
    """Print which databases differ from one with all replaced migrations, and return how many."""
    schemas = {name: schema(name, targets) for name, targets in APPLIED_BEFORE.items()}
    differing = [name for name in schemas if schemas[name] != schemas["all_replaced"]]
    sys.stdout.write(f"Schemas that differ: {', '.join(differing) or 'none'}\n")
    return len(differing)


def schema(name: str, targets: list[tuple[str, ...]]) -> str:
    """Create the database, apply replaced migrations up to ``targets``, then the rest; return its schema as SQL."""
    with psycopg.connect(conninfo("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    with without_squashed():
        for target in targets:
            migrate(name, *target)
    migrate(name)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "schema.sql")
        run_tool("pg_dump", "--schema-only", "--no-owner", "--file", str(file), "--dbname", conninfo(name))
        lines = file.read_text().splitlines()
    return "\n".join(line for line in lines if not line.startswith(("\\restrict", "\\unrestrict")))


@contextmanager
def without_squashed() -> Iterator[None]:
    """Let Django see the replaced migrations alone."""
    load = MigrationLoader.load_disk

    def load_replaced(loader: MigrationLoader) -> None:
        load(loader)
        loader.disk_migrations = {key: one for key, one in loader.disk_migrations.items() if not one.replaces}

    MigrationLoader.load_disk = load_replaced
    try:
        yield
    finally:
        MigrationLoader.load_disk = load


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
