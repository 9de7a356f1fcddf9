"""The supervisor with small commands instead of workers. ``tests/faults/test_queues.py`` has real workers."""

import os
import signal
import sys

import pytest

from config.task_queues import Queue
from config.workers import Supervisor, main

FAIL = "raise SystemExit(3)"
KILLED_FIRST = """
import os, pathlib, signal, sys
ran = pathlib.Path(sys.argv[1])
if ran.exists(): raise SystemExit(3)
ran.touch()
os.kill(os.getpid(), signal.SIGKILL)
"""
WAIT = "import os, signal; os.kill(os.getppid(), signal.SIGTERM); signal.pause()"


def supervised(code, *arguments, names=(Queue.MAIL,)):
    return Supervisor(names=names, command_of=lambda _queue: [sys.executable, "-c", code, *arguments])


def test_worker_that_ends_with_an_error_ends_all(capsys):
    supervisor = Supervisor(
        names=(Queue.CLOCK, Queue.MAIL),
        command_of=lambda queue: [sys.executable, "-c", FAIL if queue == Queue.MAIL else "import time; time.sleep(99)"],
    )
    assert supervisor.run() == 3
    assert "The mail worker ended with exit code 3." in capsys.readouterr().err
    assert supervisor.running[Queue.CLOCK].poll() == -signal.SIGTERM


def test_worker_that_is_killed_is_started_again(tmp_path, capsys):
    assert supervised(KILLED_FIRST, str(tmp_path / "ran")).run() == 3
    assert "The mail worker was ended and is started again." in capsys.readouterr().err


def test_supervisor_that_is_asked_to_end_ends_its_workers():
    supervisor = supervised(WAIT)
    before = {signum: signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    supervisor.listen()
    try:
        assert supervisor.run() == 0
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
    (process,) = supervisor.running.values()
    assert process.poll() == -signal.SIGTERM
    assert not os.path.exists(f"/proc/{process.pid}")


def test_queue_that_does_not_exist_is_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["clocks"])
    assert "invalid Queue value: 'clocks'" in capsys.readouterr().err
