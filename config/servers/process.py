"""Find, run, wait for and stop a server process."""

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
from config.servers.place import RunDirectories

START_TIMEOUT = 60.0  # seconds; a start takes under one, a recovery after a power cut more
STOP_TIMEOUT = 30.0  # seconds


def package_file(package: str, *inside: str) -> Path | None:
    """Return the path of a file in an installed package, without importing it, or None."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    file = Path(spec.submodule_search_locations[0], *inside)
    return file if file.exists() else None


def stop(server: subprocess.Popen[bytes], *, by: signal.Signals, patience: float = STOP_TIMEOUT) -> None:
    """Stop the server and wait for it; kill its whole session if it does not end in ``patience`` seconds."""
    server.send_signal(by)
    try:
        server.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@contextmanager
def run_server(
    argv: Sequence[str | Path],
    *,
    directories: RunDirectories,
    log: Path,
    stopped_by: signal.Signals,
    feed: str = "",
    **options: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in its own session, so that Ctrl-C at the terminal does not reach it; always stop it at the end."""
    with log.open("ab") as output, tempfile.TemporaryFile() as stdin:
        stdin.write(feed.encode())
        stdin.seek(0)
        server = subprocess.Popen(  # noqa: S603 - a program found by this module
            argv,
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=directories.sockets.parent,
            start_new_session=True,
            pass_fds=[directories.lock.fileno()],
            **options,
        )
    try:
        yield server
    finally:
        stop(server, by=stopped_by)


def wait_for(ready: Callable[[], bool], *, server: subprocess.Popen[bytes], log: Path, patience: float) -> None:
    """Return once the server responds; raise CannotRunError with the end of its log if it ends or takes too long."""
    deadline = time.monotonic() + patience
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:]
            raise CannotRunError(f"{log.stem} did not start. Its log {log} ends:\n{tail}")
        time.sleep(0.02)
