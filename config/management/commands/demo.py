"""Run the whole site on one machine: web server, workers and beat, with demo articles and accounts."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from config.servers.process import stop

POLL_SECONDS = 0.2  # between two checks of the processes


@dataclass
class StopRequest:
    """Records whether a person asked to stop: by Ctrl-C, SIGTERM, or a closed terminal."""

    to_end: bool = False

    def listen(self) -> None:
        """Install the handler of those signals."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self.receive)

    def receive(self, *args: object) -> None:
        """Record the request; a signal handler must not do more."""
        self.to_end = True


def server_responds(port: int) -> bool:
    """Return whether a web server on this machine responds; any status counts."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except OSError:
        return False
    else:
        return True
    finally:
        connection.close()


def refuse_taken_port(port: int) -> None:
    """Raise CommandError if the demo cannot listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"The demo cannot listen on port {port}: {error}. Choose another: make demo PORT=8001"
            ) from error


def demo_environment(*, data: Path, port: int) -> dict[str, str]:
    """Return the environment of the processes: the current one, with demo defaults for variables that are not set."""
    defaults = {
        "EMAIL_URL": f"filemail:///{quote_plus(str(data / 'mail'), safe='/')}",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        "WEBHOOKS_TO_LOOPBACK": "on",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    return defaults | os.environ


def process_commands(*, port: int) -> dict[str, list[str]]:
    """Return the command line of each process."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--quiet", "--app=config"]
    return {
        "web": [*python, "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}", "--threads=8", "--log-level=warning"],
        "workers": [*python, "config.workers"],
        "beat": [*celery, "beat", "--pidfile="],
    }


class Command(BaseCommand):
    """Migrates, loads the demo and runs it until Ctrl-C.

    Refuses when ``DEBUG`` is off, because the demo accounts have known passwords, and when the port is taken.
    """

    help = "Run the demo: web server, workers and beat, with articles and one account per role."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the directory for mail, and the port."""
        parser.add_argument("--data", type=Path, default=Path(".demo"), help="directory of mail")
        parser.add_argument("--port", type=int, default=8000, help="port of 127.0.0.1 to listen on")

    def handle(self, *args: Any, data: Path, port: int, **options: Any) -> None:
        """Prepare the database, run the processes and wait until they end."""
        if not settings.DEBUG:
            raise CommandError("The demo only runs with DEBUG on: its accounts have known passwords.")
        refuse_taken_port(port)
        data = data.resolve()
        data.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("load_demo")
        connections.close_all()
        environment = demo_environment(data=data, port=port)
        mail = environment["EMAIL_URL"].replace("filemail:///", "files in ")
        self.serve(
            process_commands(port=port),
            environment=environment,
            port=port,
            announcement=f"\nImprimatur runs at {environment['SITE_URL']}/ (admin: /admin/, API: /api/v1/docs/).\n"
            f"Mail: {mail}. Ctrl-C ends it; the data stays.\n",
        )

    def serve(
        self, commands: Mapping[str, Sequence[str]], *, environment: Mapping[str, str], port: int, announcement: str
    ) -> None:
        """Run the commands until a person asks to stop; print the announcement once the port responds.

        Each command runs in its own session, so that Ctrl-C reaches it only through this process. Raises CommandError
        if one of them ends early; the others are then stopped, too.
        """
        stop_request = StopRequest()
        stop_request.listen()
        with ExitStack() as stack:
            started = {}
            for name, argv in commands.items():
                started[name] = subprocess.Popen(argv, env=environment, start_new_session=True)  # noqa: S603 - ours
                stack.callback(stop, started[name], by=signal.SIGTERM)
            while not stop_request.to_end:
                for name, process in started.items():
                    if process.poll() is not None:
                        raise CommandError(f"The {name} process ended by itself (exit code {process.returncode}).")
                if announcement and server_responds(port):
                    self.stdout.write(announcement)
                    announcement = ""
                time.sleep(POLL_SECONDS)
        self.stdout.write("The demo has ended.")
