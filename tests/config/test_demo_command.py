"""``manage.py demo``: the whole site as real processes, and nothing left of them at the end."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import CommandError, call_command

from config.management.commands.demo import Command, demo_environment, refuse_taken_port
from config.servers.redis_server import free_port
from tests.support.paths import ROOT


@pytest.fixture
def own_database(monkeypatch):
    """A database for the demo alone on the tests' server, and a part of Redis of its own."""
    server, name = os.environ["DATABASE_URL"], f"demo_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        monkeypatch.setenv("DATABASE_URL", urlsplit(server)._replace(path=f"/{name}").geturl())
        monkeypatch.setenv("REDIS_URL", urlsplit(os.environ["REDIS_URL"])._replace(path="/1").geturl())
        yield
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def own_signals():
    """Gives the handlers back that the command takes over."""
    taken = {signum: signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for signum, handler in taken.items():
        signal.signal(signum, handler)


def family(pid):
    """The process and all its descendants that live."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in map(str.split, table.splitlines())}
    found = {pid} & parents.keys()
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


@contextmanager
def running_demo(*arguments):
    """The demo's process; asked to end when the test fails."""
    with subprocess.Popen(
        [sys.executable, "manage.py", "demo", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"DEBUG": "1", "SECRET_KEY": "for-tests-only"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as demo:
        try:
            yield demo
        except BaseException:
            demo.terminate()
            raise


def get(address):
    with urllib.request.urlopen(address, timeout=20) as response:
        return response.status


def test_demo_without_debug_is_refused():
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("demo")


@pytest.mark.parametrize("port", [-1, 65536])
def test_demo_on_an_impossible_port_is_refused(port):
    with pytest.raises(CommandError, match=str(port)):
        refuse_taken_port(port)


def test_demo_on_a_taken_port_is_refused_with_what_to_do(settings):
    settings.DEBUG = True
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(CommandError, match="make demo PORT="):
        call_command("demo", port=other.getsockname()[1])


def test_demo_environment_keeps_what_is_set(monkeypatch, tmp_path):
    monkeypatch.setenv("SITE_URL", "http://set.example.org")
    monkeypatch.delenv("EMAIL_URL", raising=False)
    environment = demo_environment(data=tmp_path / "a b", port=8000)
    assert environment["SITE_URL"] == "http://set.example.org"
    assert environment["EMAIL_URL"] == f"filemail:///{tmp_path}/a+b/mail"


def test_process_that_ends_by_itself_ends_the_others_and_is_named(own_signals, tmp_path):
    note = tmp_path / "pid"
    keep_pid = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    end_then = f"import os\nwhile not (os.path.exists({str(note)!r}) and open({str(note)!r}).read()): pass\nexit(3)"
    commands = {
        name: [sys.executable, "-Wignore", "-c", code] for name, code in (("web", keep_pid), ("worker", end_then))
    }
    with pytest.raises(CommandError, match=r"worker process ended by itself \(exit code 3\)"):
        Command().serve(commands, environment=os.environ, port=free_port(), announcement="never said")
    assert family(int(note.read_text())) == set()


def test_demo_runs_announces_itself_and_leaves_no_process(own_database, tmp_path):
    port = free_port()
    with running_demo("--data", tmp_path, "--port", port) as demo:
        assert any(f"runs at http://127.0.0.1:{port}/" in line for line in demo.stdout)
        assert get(f"http://127.0.0.1:{port}/admin/login/") == 200
        assert get(f"http://127.0.0.1:{port}/static/admin/css/base.css") == 200
        processes = family(demo.pid)
        demo.send_signal(signal.SIGINT)
        assert "The demo has ended." in demo.stdout.read()
    assert demo.returncode == 0
    assert len(processes) >= 4
    assert set().union(*map(family, processes)) == set()
