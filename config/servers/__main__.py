"""The command line of ``python -m config.servers``."""

import argparse
import os
import secrets
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from config.servers.errors import CannotRunError
from config.servers.place import RunDirectories, delete, run_directories
from config.servers.postgresql import postgresql
from config.servers.redis_server import redis_server
from config.servers.relay import Relay


def secret_key(directories: RunDirectories) -> str:
    """Return a random key, stored beside the data so that sessions survive a restart."""
    file = directories.data / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(64))
    return file.read_text()


def run(command: Sequence[str], *, data: Path | None) -> int:
    """Run the command with its servers and return its exit code; raise CannotRunError if a server cannot run.

    If this starts both servers and neither ``DEBUG`` nor ``SECRET_KEY`` is set, the command gets settings for
    development.
    """
    relay = Relay()
    relay.listen()
    environment = dict(os.environ)
    with ExitStack() as stack:
        directories = stack.enter_context(run_directories(data))
        missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not environment.get(name)]
        for name in missing:
            start = postgresql if name == "DATABASE_URL" else redis_server
            environment[name] = stack.enter_context(start(directories))
        if len(missing) == 2 and not environment.keys() & {"DEBUG", "SECRET_KEY"}:
            environment |= {"DEBUG": "1", "SECRET_KEY": secret_key(directories)}
        return 128 + relay.pending if relay.pending else relay.run(command, environment=environment)


def print_error(message: str) -> None:
    """Print a message to stderr."""
    sys.stderr.write(f"config.servers: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Parse the command line, run it, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m config.servers", description="Run a command with its servers.")
    parser.add_argument("--data", type=Path, help="store the data in this directory (default: delete it at the end)")
    parser.add_argument("--delete", action="store_true", help="remove the directory given by --data")
    parser.add_argument("command", nargs="*", help="the command and its arguments, after --")
    arguments = parser.parse_args(argv)
    if bool(arguments.command) == arguments.delete or (arguments.delete and arguments.data is None):
        parser.error("give a command after --, or --data DIR with --delete")
    try:
        if arguments.delete:
            delete(arguments.data)
            return 0
        return run(arguments.command, data=arguments.data)
    except (CannotRunError, OSError) as problem:
        print_error(str(problem))
        return 1


if __name__ == "__main__":
    sys.exit(main())
