"""One server process: found, run, waited for and stopped."""

import importlib.util
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.servers.errors import CannotRunError
from config.servers.place import Place

START_PATIENCE = 60.0  # seconds; a start takes under one, a recovery after a power cut more
STOP_PATIENCE = 30.0  # seconds


def packaged(package: str, *inside: str) -> Path | None:
    """A file of an installed package, found without importing it, or None."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    file = Path(spec.submodule_search_locations[0], *inside)
    return file if file.exists() else None


def stop(server: subprocess.Popen[bytes], *, by: signal.Signals, patience: float = STOP_PATIENCE) -> None:
    """End the server and wait for it; kill its whole session when it does not listen."""
    server.send_signal(by)
    try:
        server.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@contextmanager
def running(
    argv: Sequence[str | Path], *, where: Place, log: Path, stopped_by: signal.Signals, feed: str = "", **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in a session of its own, out of reach of the terminal's Ctrl-C; always stop it at the end."""
    with log.open("ab") as output, tempfile.TemporaryFile() as fed:
        fed.write(feed.encode())
        fed.seek(0)
        server = subprocess.Popen(  # noqa: S603 - a program found by this module
            argv,
            stdin=fed,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=where.sockets.parent,
            start_new_session=True,
            pass_fds=[where.lock.fileno()],
            **options,
        )
    try:
        yield server
    finally:
        stop(server, by=stopped_by)


def wait_for(ready: Callable[[], bool], *, server: subprocess.Popen[bytes], log: Path, patience: float) -> None:
    """Return once the server answers; raise CannotRunError with the end of its log if it ends or takes too long."""
    deadline = time.monotonic() + patience
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            raise CannotRunError(f"{log.stem} did not start. Its log {log} ends:\n{tail}")
        time.sleep(0.02)
