"""The command line of ``python -m config.servers``."""

import argparse
import os
import secrets
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from config.servers.errors import CannotRunError
from config.servers.place import Place, delete, place
from config.servers.postgresql import postgresql
from config.servers.redis_server import redis_server
from config.servers.relay import Relay


def secret_key(where: Place) -> str:
    """A random key, kept beside kept data so that sessions survive a restart."""
    file = where.data / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64))
    return file.read_text()


def run(command: Sequence[str], *, data: Path | None) -> int:
    """Run the command between its servers and return its exit code; raise CannotRunError if a server cannot be had.

    When both servers are ours and neither ``DEBUG`` nor ``SECRET_KEY`` is set, the command runs as in development.
    """
    relay = Relay()
    relay.listen()
    environment = dict(os.environ)
    with ExitStack() as stack:
        where = stack.enter_context(place(data))
        missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not environment.get(name)]
        for name in missing:
            start = postgresql if name == "DATABASE_URL" else redis_server
            environment[name] = stack.enter_context(start(where))
        if len(missing) == 2 and not environment.keys() & {"DEBUG", "SECRET_KEY"}:
            environment |= {"DEBUG": "1", "SECRET_KEY": secret_key(where)}
        return 128 + relay.pending if relay.pending else relay.run(command, environment=environment)


def tell(message: str) -> None:
    """Say something to the person at the terminal."""
    sys.stderr.write(f"config.servers: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and do it; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m config.servers", description="Run a command with its servers.")
    parser.add_argument("--data", type=Path, help="keep the data in this directory (default: throw it away)")
    parser.add_argument("--delete", action="store_true", help="remove the directory given by --data")
    parser.add_argument("command", nargs="*", help="the command and its arguments, after --")
    given = parser.parse_args(argv)
    if bool(given.command) == given.delete or (given.delete and given.data is None):
        parser.error("give a command after --, or --data DIR with --delete")
    try:
        if given.delete:
            delete(given.data)
            return 0
        return run(given.command, data=given.data)
    except (CannotRunError, OSError) as problem:
        tell(str(problem))
        return 1


if __name__ == "__main__":
    sys.exit(main())
