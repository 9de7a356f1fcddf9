"""All processes of a separate site. Each can be killed and restarted."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis

from config.servers.place import RunDirectories
from config.servers.postgresql import postgresql
from config.servers.redis_server import free_port, redis_program
from config.task_queues import Queue
from config.workers import SLOTS

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 180  # seconds until a condition must be true; a busy machine starts processes slowly
CHILDREN = SLOTS[Queue.MAIL]
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "tests.e2e.fast_beat"]


def until(condition: Callable[[], object], *, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def children_of(pid: int) -> list[int]:
    """Return the ids of the child processes; none if the process has just started or ended."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(child) for child in found.split()]


def migrate(url: str) -> None:
    manage({"DATABASE_URL": url}, "manage.py", "migrate", "--verbosity=0")


def manage(environment: Mapping[str, str], *argv: str) -> None:
    subprocess.run([sys.executable, *argv], cwd=ROOT, env=os.environ | environment, check=True)


class Cluster:
    """A separate PostgreSQL server. New databases are copies of one with all tables."""

    def __init__(self, where: RunDirectories) -> None:
        self.where, self.running = where, ExitStack()
        self.url = self.running.enter_context(postgresql(where))
        self.make("furnished", like="template1")
        migrate(self.address("furnished"))

    def address(self, name: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def make(self, name: str, *, like: str = "furnished") -> str:
        """Create the database again, and return its URL."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        return self.address(name)

    def restart(self) -> None:
        self.running.close()
        self.running.enter_context(postgresql(self.where))

    def close(self) -> None:
        self.running.close()


class House:
    """Redis, the workers of ``queues``, a beat and a web server, over one database and one mail server."""

    queues: Sequence[Queue] = (Queue.CLOCK, Queue.MAIL)

    def __init__(self, cluster: Cluster, place: Path, *, mail_port: int, append_only: bool = False) -> None:
        self.cluster, self.place, self.append_only = cluster, place, append_only
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.redis_port, self.web_port = free_port(), free_port()
        self.url = cluster.make("night")
        self.environment = {
            "DATABASE_URL": self.url,
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "CONN_MAX_AGE": "0",
        }

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            yield connection

    def asked(self, sql: str) -> Any:
        with self.database() as connection:
            row = connection.execute(sql).fetchone()
            return row[0] if row else None

    def run(self, code: str) -> None:
        """Run the Python code with Django set up."""
        manage(self.environment, "-c", f"import django; django.setup()\n{code}")

    def manage(self, *argv: str) -> None:
        """Run a management command. Raises CalledProcessError if it fails."""
        manage(self.environment, "manage.py", *argv)

    # --- processes ----------------------------------------------------------------------------------------------------

    def start(self, *names: str) -> None:
        for name in names:
            with (self.place / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    self.command(name),
                    cwd=ROOT,
                    env=os.environ | self.environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            if name == "redis":
                until(self.redis_answers)

    def command(self, name: str) -> list[str]:
        options = {"--port": str(self.redis_port), "--bind": "127.0.0.1", "--save": "", "--dir": str(self.place)}
        options |= {"--appendonly": "yes" if self.append_only else "no", "--appendfsync": "always"}
        return {
            "redis": [str(redis_program()), *(part for option in options.items() for part in option)],
            "worker": [sys.executable, "-m", "config.workers", *self.queues],
            "beat": [*CELERY, "beat", "--pidfile="],
            "web": [sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{self.web_port}"],
        }[name]

    def redis_answers(self) -> bool:
        try:
            with redis.Redis(port=self.redis_port) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def start_again(self) -> None:
        """Start each process that has ended by itself, as the supervisor of a real site does."""
        ended = [name for name, process in self.processes.items() if process.poll() is not None]
        self.start(*ended)

    def kill(self, name: str) -> None:
        """Kill the process with all that it has started, as a power cut does."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_children(self) -> None:
        """Kill the child processes of each worker, which starts new ones itself."""
        for worker in children_of(self.processes["worker"].pid):
            for child in children_of(worker):
                with suppress(ProcessLookupError):  # it has ended by itself
                    os.kill(child, signal.SIGKILL)

    def end(self, name: str) -> None:
        """Terminate the process, and wait until it has finished its work."""
        process = self.processes.pop(name)
        process.terminate()
        process.wait(timeout=PATIENCE)

    def close(self) -> None:
        for process in self.processes.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
