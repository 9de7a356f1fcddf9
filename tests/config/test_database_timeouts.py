"""Timeouts of database sessions: which process gets which, and that they are in force."""

import os
import subprocess
import sys

import environ
import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config.database_timeouts import DEFAULTS, KINDS, kind_of_work, session_options
from tests.support.paths import ROOT

WORKER = ["/venv/bin/celery", "-A", "config", "worker"]
SHOW = "from django.db import connection as c; k = c.cursor(); k.execute('SHOW {name}'); print(k.fetchone()[0])"
SLEEP = "from django.db import connection as c; c.cursor().execute('SELECT pg_sleep(1.2)'); print('slept')"


def managed(code: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` in a management command of this site."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **given}, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (["/venv/bin/gunicorn", "config.wsgi"], "web"),
        (["/venv/bin/celery", "-A", "config", "worker"], "task"),
        (["/venv/lib/celery/__main__.py", "-A", "config", "beat"], "task"),
        (["manage.py", "verify_ledger"], "command"),
        (["/venv/lib/django/__main__.py", "migrate"], "command"),
        (["manage.py", "runserver"], "web"),
        (["manage.py"], "command"),
        (["mod_wsgi"], "web"),
        ([], "web"),
    ],
)
def test_kind_of_work_follows_from_the_command_line(arguments, kind):
    assert kind_of_work(arguments) == kind


def test_every_timeout_has_a_default_for_every_kind_of_work():
    assert all(set(seconds) == set(KINDS) for seconds in DEFAULTS.values())
    assert all(f"-c {name}={seconds['task']}s" in options(WORKER) for name, seconds in DEFAULTS.items())


def options(arguments, **variables: str) -> str:
    env = environ.Env()
    env.ENVIRON = variables
    return session_options(env, arguments)


def test_given_seconds_replace_the_default_of_their_kind_only():
    given = {"STATEMENT_TIMEOUT": "web=7,task=8"}
    assert "-c statement_timeout=7s" in options([], **given)
    assert "-c statement_timeout=0s" in options(["manage.py"], **given)
    assert "-c lock_timeout=5s" in options(WORKER, **given)


@pytest.mark.parametrize("pairs", ["cron=7", "web", "web=soon", "web=-1", "web=1;task=2"])
def test_seconds_that_cannot_be_read_prevent_the_start(pairs):
    with pytest.raises(ImproperlyConfigured, match="such as web=30,task=60"):
        options([], LOCK_TIMEOUT=pairs)


def test_unknown_kind_of_work_prevents_the_start():
    with pytest.raises(ImproperlyConfigured, match="cron is no kind of work"):
        options([], KIND_OF_WORK="cron")


def test_sessions_have_the_timeouts(db):
    """Pytest is no command of the site, so its sessions are those of a web process."""
    with connection.cursor() as cursor:
        for name, seconds in DEFAULTS.items():
            cursor.execute("SELECT setting::int, unit FROM pg_settings WHERE name = %s", [name])
            assert cursor.fetchone() == (seconds["web"] * 1000, "ms")


def test_transaction_that_idles_too_long_ends_and_frees_its_locks(db):
    limited = options([], IDLE_TRANSACTION_TIMEOUT="web=1")
    parameters = {**connection.get_connection_params(), "cursor_factory": None, "options": limited}
    parameters.pop("context")
    with psycopg.connect(**parameters) as idle, psycopg.connect(**parameters, autocommit=True) as other:
        idle.execute("SELECT pg_advisory_xact_lock(7)")
        other.execute("SELECT pg_advisory_lock(7)")  # waits until the other session has ended
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            idle.execute("SELECT 1")


def test_management_command_has_no_limit_for_a_statement_and_takes_one_from_the_environment():
    limits = {"STATEMENT_TIMEOUT": "web=1,task=1"}
    assert managed(SHOW.format(name="statement_timeout")).stdout == "0\n"
    assert managed(SLEEP, **limits).stdout == "slept\n"
    assert "statement timeout" in managed(SLEEP, **limits, KIND_OF_WORK="task").stderr
