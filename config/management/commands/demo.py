"""The whole site on one machine: web server, worker and beat with demo articles and accounts."""

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

GLANCE = 0.2  # seconds between two looks at the processes


@dataclass
class Asked:
    """Whether a person asked for the end: Ctrl-C, SIGTERM, or a closed terminal."""

    to_end: bool = False

    def listen(self) -> None:
        """Take over those signals."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self.receive)

    def receive(self, *args: object) -> None:  # noqa: ARG002 - a signal handler's arguments
        """Note it; a handler must not do more."""
        self.to_end = True


def answers(port: int) -> bool:
    """Whether a web server on this machine answers; any answer counts."""
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
    """The environment of the processes: what is set stays, the rest fits the demo."""
    fitting = {
        "EMAIL_URL": f"filemail:///{quote_plus(str(data / 'mail'), safe='/')}",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        "WEBHOOKS_TO_LOOPBACK": "on",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    return fitting | os.environ


def processes(*, port: int) -> dict[str, list[str]]:
    """The command line of each process."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--quiet", "--app=config"]
    return {
        "web": [*python, "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}", "--threads=8", "--log-level=warning"],
        "worker": [*celery, "worker", "--concurrency=2"],
        "beat": [*celery, "beat", "--pidfile="],
    }


class Command(BaseCommand):
    """Migrates, loads the demo and runs it until Ctrl-C.

    Refuses when ``DEBUG`` is off, because the demo accounts have known passwords, and when the port is taken.
    """

    help = "Run the demo: web server, worker and beat, with articles and one account per role."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to keep mail, and where to listen."""
        parser.add_argument("--data", type=Path, default=Path(".demo"), help="directory of mail")
        parser.add_argument("--port", type=int, default=8000, help="port of 127.0.0.1 to listen on")

    def handle(self, *args: Any, data: Path, port: int, **options: Any) -> None:  # noqa: ARG002
        """Prepare the database, run the processes and wait for their end."""
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
            processes(port=port),
            environment=environment,
            port=port,
            announcement=f"\nImprimatur runs at {environment['SITE_URL']}/ (admin: /admin/, API: /api/v1/docs/).\n"
            f"Mail: {mail}. Ctrl-C ends it; the data stays.\n",
        )

    def serve(
        self, commands: Mapping[str, Sequence[str]], *, environment: Mapping[str, str], port: int, announcement: str
    ) -> None:
        """Run the commands until a person asks for the end; say the announcement once the port answers.

        Each runs in a session of its own, so that Ctrl-C reaches it once, through us. Raises CommandError if one
        of them ends by itself; the others are stopped then, too.
        """
        asked = Asked()
        asked.listen()
        with ExitStack() as stack:
            running = {}
            for name, argv in commands.items():
                running[name] = subprocess.Popen(argv, env=environment, start_new_session=True)  # noqa: S603 - ours
                stack.callback(stop, running[name], by=signal.SIGTERM)
            while not asked.to_end:
                for name, process in running.items():
                    if process.poll() is not None:
                        raise CommandError(f"The {name} process ended by itself (exit code {process.returncode}).")
                if announcement and answers(port):
                    self.stdout.write(announcement)
                    announcement = ""
                time.sleep(GLANCE)
        self.stdout.write("The demo has ended.")
