"""Where the servers of one run keep their files, and that only one run does."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from config.servers.errors import CannotRunError


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the servers of one run keep their files.

    ``lock`` is an open, locked file that the servers inherit: it stays locked until the last of them has ended,
    even if this process is killed, so that two servers never work on the same data.
    """

    data: Path
    sockets: Path
    lock: IO[str]
    durable: bool


@contextmanager
def locked(directory: Path) -> Iterator[IO[str]]:
    """Hold the directory for this run; raise CannotRunError if another run or its servers hold it."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotRunError(f"{directory} is in use: its servers are still running. Stop them first.") from error
        yield lock


@contextmanager
def place(data: Path | None) -> Iterator[Place]:
    """The directories of one run. Sockets are always in a temporary one: their paths may have 100 characters only."""
    with tempfile.TemporaryDirectory(prefix="imprimatur-") as temporary:
        Path(temporary).chmod(0o711)  # the servers' account must pass; what is inside is closed on its own
        sockets = Path(temporary, "sockets")
        sockets.mkdir(mode=0o700)
        kept = (data or Path(temporary, "data")).resolve()
        with locked(kept) as lock:
            yield Place(data=kept, sockets=sockets, lock=lock, durable=data is not None)


def delete(data: Path) -> None:
    """Remove what earlier runs kept; raise CannotRunError while one is running."""
    with locked(data):
        shutil.rmtree(data)
