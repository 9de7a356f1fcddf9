"""The directories of the servers, locked so that only one run uses them."""

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
class RunDirectories:
    """The directories in which the servers of one run store their files.

    ``lock`` is an open, locked file that the servers inherit. It stays locked until the last of them has ended, even if
    this process is killed, so two servers never use the same data. ``durable`` is false for data that is deleted.
    """

    data: Path
    sockets: Path
    lock: IO[str]
    durable: bool


@contextmanager
def locked_directory(directory: Path) -> Iterator[IO[str]]:
    """Lock the directory for this run; raise CannotRunError if another run or its servers hold the lock."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotRunError(f"{directory} is in use: its servers are still running. Stop them first.") from error
        yield lock


@contextmanager
def run_directories(data: Path | None) -> Iterator[RunDirectories]:
    """Yield the directories of one run. Sockets are in a temporary one, as their paths are limited to 100 bytes."""
    with tempfile.TemporaryDirectory(prefix="imprimatur-") as temporary:
        Path(temporary).chmod(0o711)  # the servers' account must traverse it; the directories inside are private
        sockets = Path(temporary, "sockets")
        sockets.mkdir(mode=0o700)
        data_directory = (data or Path(temporary, "data")).resolve()
        with locked_directory(data_directory) as lock:
            yield RunDirectories(data=data_directory, sockets=sockets, lock=lock, durable=data is not None)


def delete(data: Path) -> None:
    """Delete the data of earlier runs; raise CannotRunError while one is running."""
    with locked_directory(data):
        shutil.rmtree(data)
