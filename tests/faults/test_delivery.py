"""Delivery with real parts: PostgreSQL, Redis, a Celery worker of its own process, and a mail server."""

import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from celery import Celery
from django.conf import settings as project
from django.db import connection, connections, transaction
from django.utils import timezone
from redis import Redis

from config.celery import app as house
from config.monitoring.queues import HEARTBEAT
from config.servers.redis_server import free_port
from editorial.mail import notices
from editorial.mail.smtp import MailConnection
from editorial.models import MailServer, Notice, TaskRun
from editorial.monitoring import logging_context
from editorial.tasks import sweep_notices
from tests.config.test_checks import KEY
from tests.support.factories import make_policy, make_submitted, make_user
from tests.support.paths import ROOT
from tests.support.smtp_sink import smtp_sink

PATIENCE = 120  # seconds; a busy machine starts a worker slowly


def until(condition, *, every=0.1):
    """Poll until ``condition`` is true, ``every`` so many seconds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(every)


@pytest.fixture
def sink():
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def by_smtp(sink, settings):
    """This process sends its mail to the sink, too."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    return sink


def redis_url():
    """A database of Redis that no other test process uses."""
    number = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return f"{project.REDIS_URL.rsplit('/', 1)[0]}/{number}"


def announce_to(url, settings):
    """A Celery application that announces its tasks at ``url``, made the current one."""
    settings.CELERY_BROKER_URL = url
    app = Celery("announcing", set_as_current=True)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    return app


@pytest.fixture
def broker(settings):
    app = announce_to(redis_url(), settings)
    with app.connection_for_write() as connection:  # also the keys of wake-ups that no worker has begun
        connection.default_channel.client.flushdb()
    yield app
    app.close()
    house.set_current()


@pytest.fixture
def no_broker(settings):
    """Announcements go to a port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        app = announce_to(f"redis://127.0.0.1:{taken.getsockname()[1]}/0", settings)
        yield app
        app.close()
    house.set_current()


def waiting_in(queue):
    """The headers of the messages that wait in a queue."""
    with Redis.from_url(redis_url()) as redis:
        return [json.loads(message)["headers"] for message in redis.lrange(queue, 0, -1)]


def database_url():
    """Where the tests' servers are, with the name of this process's test database."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture
def worker(request, transactional_db, sink, broker, tmp_path):
    """A worker as in production on this test's database, its mail going to the sink, its log to a file."""
    command = [sys.executable, "-m", "celery", "--quiet", "--app=config", "worker", "--pool=solo"]
    log = tmp_path / "log"
    with log.open("wb") as output:
        changed = getattr(request, "param", {})
        process = subprocess.Popen(command, env=environment(sink) | changed, cwd=ROOT, stderr=output)
    process.log = log
    try:
        broker.send_task(HEARTBEAT)
        until(lambda: TaskRun.objects.exists())  # wake-ups expire, and no beat sends what a slow worker misses
        yield process
    finally:
        process.terminate()
        assert process.wait(timeout=PATIENCE) == 0


def environment(sink):
    """The settings of production for this test's database, with its mail going to the sink."""
    return os.environ | {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "CONN_MAX_AGE": "0",
        "DEBUG": "",
        "SECRET_KEY": KEY,
        "ALLOWED_HOSTS": "x.example.org",
        "SITE_URL": "https://x.example.org",
    }


def test_action_commits_and_its_mail_arrives_once_in_both_parts(worker, sink):
    make_policy()
    make_submitted(now=timezone.now())
    until(lambda: Notice.objects.exclude(sent_at=None).exists())
    (message,) = sink.messages
    assert message["To"] == "edith@example.org"
    assert message["Subject"] == "Submitted: Can IVIG cause back pain?"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert sweep_notices() == 0


def test_action_commits_while_redis_is_down_and_a_later_sweep_sends(transactional_db, no_broker, by_smtp):
    make_policy()
    start = time.monotonic()
    version = make_submitted(now=timezone.now())
    assert time.monotonic() - start < PATIENCE / 4
    assert version.state == "submitted"
    assert Notice.objects.get().sent_at is None
    assert sweep_notices() == 1
    assert len(by_smtp.messages) == 1


def test_refusing_mail_server_is_asked_again_later_and_given_up_in_the_end(transactional_db, broker, by_smtp):
    by_smtp.refuses, now = True, timezone.now()
    owed(1, now=now)
    for wait in [*notices.RETRY_AFTER, timedelta(days=99)]:
        (notice_id,) = notices.claim(now=now, limit=1)
        with MailConnection() as line:
            assert not notices.deliver(mail_id=notice_id, now=now, connection=line)
        notice = Notice.objects.get()
        assert notice.last_error.startswith("SMTPSenderRefused")
        assert notices.claim(now=now + wait - timedelta(seconds=1), limit=1) == []
        now = now if notice.abandoned_at else notice.not_before
    assert (notice.abandoned_at, by_smtp.attempts) == (now, len(notices.RETRY_AFTER) + 1)


def owed(count, *, now, kind="submitted", occasion=""):
    user = make_user("edith", is_editor=True)
    told = {"context": {"question": "Why?", "number": 1, "path": "/x/", "by": "Wanda"}, "now": now}
    with notices.batched():
        for number in range(count):
            notices.owe(kind=kind, recipients=[user], subject="version:1", occasion=f"{occasion}{number}", **told)


def test_six_sweeps_at_once_send_each_of_200_notices_once(transactional_db, broker, by_smtp):
    with transaction.atomic():
        owed(200, now=timezone.now())

    def sweep(_):
        try:
            return sweep_notices()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        sent = list(pool.map(sweep, range(6)))
    assert sum(sent) == len(by_smtp.messages) == 200
    assert len({message["Message-ID"] for message in by_smtp.messages}) == 200
    assert not Notice.objects.filter(sent_at=None).exists()


def test_action_that_is_rolled_back_owes_nothing(transactional_db, broker, by_smtp):
    make_policy()
    with transaction.atomic():
        make_submitted(now=timezone.now())
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert sweep_notices() == 0
    assert by_smtp.messages == []


def told(username, *, now):
    context = {"question": "Why?", "number": 1, "path": "/x/", "by": "Wanda"}
    told = {"kind": "submitted", "subject": "version:1", "occasion": username, "context": context}
    notices.owe(recipients=[make_user(username)], now=now, **told)
    return Notice.objects.get(recipient__username=username)


def test_hanging_and_unknown_recipients_hold_nobody_up(transactional_db, broker, by_smtp, settings, caplog):
    settings.EMAIL_TIMEOUT = 0.3
    now = timezone.now()
    with transaction.atomic():
        hanging, unknown, good = (told(name, now=now) for name in ("tarpit", "nobody", "ada"))
    began = time.monotonic()
    assert sweep_notices() == 1
    assert time.monotonic() - began < PATIENCE / 10
    for notice in (hanging, unknown, good):
        notice.refresh_from_db()
    assert good.sent_at
    assert (hanging.abandoned_at, hanging.attempts) == (None, 1)
    assert hanging.not_before > now + notices.RETRY_AFTER[0]
    assert unknown.abandoned_at
    assert "SMTPRecipientsRefused 550" in caplog.text
    assert "no such mailbox" in unknown.last_error
    assert not {"nobody@", "no such mailbox", "Why?"} & set(caplog.text.split())
    assert [str(event) for event in unknown.events.all()] == ["Not sent, given up"]


def test_mail_server_that_is_away_costs_no_notice_an_attempt(transactional_db, broker, by_smtp, settings, caplog):
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    with transaction.atomic():
        owed(3, now=timezone.now())
    assert sweep_notices() == 0
    waiting = Notice.objects.all()
    assert {(notice.attempts, notice.abandoned_at, notice.claimed_until) for notice in waiting} == {(0, None, None)}
    (tried,) = waiting.exclude(last_error="")
    assert tried.last_error.startswith("ConnectionRefusedError")
    assert tried.not_before == MailServer.objects.get().not_before
    assert "the mail server does not answer" in caplog.text
    assert sweep_notices() == 0
    settings.EMAIL_PORT = there
    Notice.objects.update(not_before=timezone.now())
    assert sweep_notices() == 3
    assert len(by_smtp.messages) == 3


def test_task_bears_the_id_of_the_request_that_asked_and_its_run_is_kept(worker, sink):
    make_policy()
    with logging_context.within(request_id="request-of-this-test"):
        make_submitted(now=timezone.now())
    until(lambda: TaskRun.objects.filter(task="editorial.tasks.sweep_notices").exists())
    run = TaskRun.objects.get(task="editorial.tasks.sweep_notices")
    assert (run.runs >= 1, run.failures) == (True, 0)
    assert 0 < run.seconds <= run.total_seconds
    written = worker.log.read_text().splitlines()  # among it Python's own warning that the worker is root
    lines = [json.loads(line) for line in written if line.startswith("{")]
    done = [line for line in lines if line["logger"] == "celery.app.trace" and "succeeded" in line["message"]]
    told = next(line for line in done if line["task"] == "editorial.tasks.sweep_notices")
    assert told["request_id"] == "request-of-this-test"
    assert told["task_id"]
