"""Probes and metrics."""

import json
import re
import socket
import time
from datetime import timedelta

import psycopg
import pytest
from celery.exceptions import TimeLimitExceeded
from celery.signals import task_failure
from django.conf import settings as project
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.utils import floatToGoString
from redis import Redis

from articles.actions import request_import
from articles.models import Article, DocumentFinding, DocumentWalk, Version
from articles.models.document_cache import Unwritten
from config.celery import app, record_killed_run
from config.monitoring.checks import DatabaseState, age, database, known_migrations
from config.monitoring.queues import HEARTBEAT, LATE, WRITING, lengths
from config.servers.place import run_directories
from config.servers.redis_server import free_port, redis_server
from config.task_queues import Queue
from editorial.mail import circuit_breaker, notices
from editorial.mail.smtp import ServerAwayError
from editorial.models import Dispatch, MailServer, Notice, SweepTask, TaskRun
from editorial.monitoring import outages, task_runs
from editorial.monitoring.task_runs import record_run
from editorial.record.sweeps import SubjectLockedError, Sweep
from editorial.tasks import heartbeat
from editorial.webhooks.delivery import claim, record
from editorial.webhooks.http_client import Answer
from tests.faults.test_delivery import redis_url
from tests.support import factories
from tests.support.template_database import conninfo
from tests.support.webhook_endpoints import make_endpoint, make_message


@pytest.fixture(autouse=True)
def no_outage_before(monkeypatch) -> None:
    """Forget the outages that other tests met in this process."""
    monkeypatch.setattr(outages, "_seen", {})


def owe(edith, now):
    notices.owe(kind="submitted", recipients=[edith], subject="x:1", occasion=str(now), context={}, now=now)


def ready(client):
    response = client.get("/readyz", headers={"Host": "10.0.0.7"})
    assert not re.search(r"password|://|127\.0\.0\.1", response.text)
    return response.status_code, json.loads(response.text)


def test_livez_answers_under_any_host_and_asks_the_database_nothing(client, django_assert_num_queries, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/livez", headers={"Host": "10.0.0.7"}).json() == {"status": "alive"}
    assert client.post("/livez").status_code != 200


def test_house_that_is_well_is_ready(db, client, edith):
    now = timezone.now()
    record_run(task=HEARTBEAT, seconds=0.1, failed=False, now=now - timedelta(minutes=2))
    assert ready(client)[1]["checks"]["notices"] == "ok: none waits"
    owe(edith, now - timedelta(minutes=5))
    status, said = ready(client)
    assert (status, said["status"]) == (200, "ready")
    assert said["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "redis": "ok",
        "beat": "ok: ticked 2 minutes ago",
        "queues": "ok",
        "notices": "ok: 1 pending, the oldest for 5 minutes",
    }


def test_beat_that_died_and_a_mail_that_waits_are_warnings_and_readers_are_served(db, client, edith, redis):
    assert "never ticked" in ready(client)[1]["checks"]["beat"]
    now = timezone.now()
    record_run(task=HEARTBEAT, seconds=0.1, failed=False, now=now - timedelta(hours=3))
    owe(edith, now - timedelta(days=2))
    status, said = ready(client)
    assert (status, said["status"]) == (200, "degraded")
    assert said["checks"]["beat"] == "warning: ticked 3 hours ago"
    assert said["checks"]["notices"] == "warning: 1 pending, the oldest for 2 days"


@pytest.fixture
def redis(settings):
    settings.REDIS_URL = redis_url()
    with Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        yield client
        client.flushdb()


def test_clock_that_no_worker_serves_is_told_from_a_silent_beat(db, client, redis):
    record_run(task=HEARTBEAT, seconds=0.1, failed=False, now=timezone.now() - timedelta(hours=3))
    redis.rpush(Queue.CLOCK, "heartbeat", "lapses")
    said = ready(client)[1]["checks"]["beat"]
    assert said == "warning: sends, but no worker serves the queue clock: 2 tasks wait there"
    assert lengths() == {**dict.fromkeys(Queue, 0), Queue.CLOCK: 2}


def test_lengths_of_queues_are_unknown_while_redis_is_away(settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert lengths() == {}


def late_mail(now, edith):
    owe(edith, now)


def late_webhook(now, edith):
    make_endpoint(now=now)
    make_message(now=now)


def late_document(now, edith):
    Unwritten.objects.create(article=factories.make_draft(now=now).article)
    record_run(task=WRITING, seconds=0.1, failed=False, now=now)


def late_import(now, edith):
    request_import(form="ris", content=b"TY  - JOUR", by=edith, now=now)


@pytest.mark.parametrize(
    ("queue", "make_late"),
    [
        (Queue.MAIL, late_mail),
        (Queue.WEBHOOKS, late_webhook),
        (Queue.DOCUMENTS, late_document),
        (Queue.IMPORTS, late_import),
    ],
)
def test_queue_that_is_behind_is_named_and_beat_is_not_blamed(policy, client, edith, queue, make_late):
    now = timezone.now()
    make_late(now - LATE[queue] - timedelta(minutes=5), edith)
    record_run(task=HEARTBEAT, seconds=0.1, failed=False, now=now)
    status, said = ready(client)
    assert (status, said["status"], said["checks"]["beat"][:3]) == (200, "degraded", "ok:")
    assert f"{queue} is behind, its oldest work has waited for" in said["checks"]["queues"]


def test_mail_server_that_rests_is_a_warning_and_a_metric(db, client, settings):
    settings.METRICS_TOKEN, now = TOKEN, timezone.now()
    assert 'imprimatur_mail_server_state{state="closed"} 1.0' in scraped(client).text
    circuit_breaker.open_circuit(error=ServerAwayError(OSError(), had_opened=False), is_probe=False, now=now)
    said = ready(client)[1]["checks"]["queues"]
    assert said == "warning: mail rests, because the mail server does not answer"
    assert 'imprimatur_mail_server_state{state="open"} 1.0' in scraped(client).text
    MailServer.objects.update(not_before=now)
    assert 'imprimatur_mail_server_state{state="half_open"} 1.0' in scraped(client).text


def test_notice_that_is_owed_for_later_does_not_wait_and_one_that_failed_does(db, edith):
    now = timezone.now()
    owe(edith, now - timedelta(hours=2))
    Notice.objects.update(not_before=now + timedelta(hours=2))
    assert Notice.objects.waiting(at=now) == {"owed": 1, "failing": 0, "oldest": None}
    Notice.objects.update(last_error="refused")
    assert Notice.objects.waiting(at=now) == {"owed": 1, "failing": 1, "oldest": now - timedelta(hours=2)}


def test_redis_that_hangs_is_a_warning_within_seconds(db, client, settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://:hush@127.0.0.1:{silent.getsockname()[1]}/0"
        began = time.monotonic()
        status, said = ready(client)
    assert time.monotonic() - began < 10
    assert (status, said["status"]) == (200, "degraded")
    assert said["checks"]["redis"].startswith("warning: does not answer")


def test_database_that_is_away_and_migrations_that_are_missing_are_not_ready(db, client, monkeypatch):
    monkeypatch.setattr("config.monitoring.checks.known_migrations", lambda: known_migrations() | {("x", "0001")})
    assert ready(client) == (
        503,
        {"status": "not ready", "checks": {"database": "ok", "migrations": "failed: 1 not applied", "redis": "ok"}},
    )
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    status, said = ready(client)
    assert (status, said["checks"]["database"]) == (503, "failed: does not answer")


def test_database_that_is_read_only_is_a_warning(db, client):
    name = connection.settings_dict["NAME"]
    with psycopg.connect(conninfo(name), autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        try:
            status, said = ready(client)
        finally:
            other.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
    assert (status, said["status"]) == (200, "degraded")
    assert said["checks"]["database"] == "warning: is read-only: readers are served, nothing can be changed"


def test_standby_and_outages_met_lately_are_warnings():
    now = timezone.now() + timedelta(days=1)
    standby, primary = (DatabaseState(set(), is_standby=way, is_read_only=way) for way in (True, False))
    assert str(database(standby, now=now)).startswith("warning: is a standby")
    outages.note_outage(outages.READ_ONLY, now=now - timedelta(minutes=2))
    outages.note_outage(outages.FULL, now=now - timedelta(minutes=1))
    warning = "warning: answers, but requests failed in the last 5 minutes: storage_full, read_only"
    assert str(database(primary, now=now)) == warning
    assert str(database(primary, now=now + timedelta(minutes=9))) == "ok"


@pytest.mark.parametrize(
    ("setting", "words"),
    [("maxmemory", "its memory is full"), ("min-replicas-to-write", "it refuses to write")],
)
def test_redis_that_stores_nothing_is_a_warning(db, client, settings, setting, words):
    with run_directories(None) as directories, redis_server(directories) as url, Redis.from_url(url) as redis:
        settings.REDIS_URL = url
        redis.config_set(setting, "1")
        status, said = ready(client)
    assert (status, said["status"]) == (200, "degraded")
    assert said["checks"]["redis"] == f"warning: stores nothing, since {words}; mails wait"


@pytest.mark.parametrize(("seconds", "words"), [(-1, "0 seconds"), (1, "1 second"), (119, "119 seconds")])
def test_age_is_said_in_words(seconds, words):
    assert age(timedelta(seconds=seconds)) == words


@pytest.mark.django_db(transaction=True)
def test_task_that_is_ended_at_its_time_limit_counts_as_failed_once():
    for error in (TimeLimitExceeded(300), ValueError()):
        task_failure.send(sender=heartbeat, exception=error)
    assert list(TaskRun.objects.values_list("task", "failures", "seconds")) == [(HEARTBEAT, 1, 300)]


def test_task_that_begins_again_has_failed_before_unless_it_had_ended(db):
    for task_id in ("killed", "killed", "ended"):
        record_killed_run(task_id=task_id, task=heartbeat)
    task_runs.end("ended")
    record_killed_run(task_id="ended", task=heartbeat)
    assert list(TaskRun.objects.values_list("task", "failures", "runs")) == [(HEARTBEAT, 1, 1)]


# --- metrics --------------------------------------------------------------------------------------------------------

TOKEN = "a token that is long enough"


def scraped(client, token=TOKEN):
    return client.get("/metrics", headers={"Authorization": f"Bearer {token}"})


def test_metrics_without_a_token_set_do_not_exist_and_with_one_ask_for_it(db, client, settings):
    assert scraped(client, "").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == scraped(client, "guessed").status_code == 401
    assert scraped(client).status_code == 200


def test_metrics_tell_of_notices_webhooks_tasks_sweeps_reviews_and_documents_in_24_queries(policy, client, settings):
    settings.METRICS_TOKEN, now = TOKEN, timezone.now()
    make_endpoint(now=now)
    factories.make_invitation(factories.make_submitted(), now=now - timedelta(days=90))
    (dispatch,) = claim(now=now, limit=1)
    record(dispatch_id=dispatch.pk, answer=Answer(0.1, status=500), now=now)
    app.tasks["editorial.tasks.heartbeat"].apply()
    record_run(task="x", seconds=2, failed=True, now=now)
    record_run(task="x", seconds=1, failed=False, now=now)
    DocumentWalk.objects.create(verified=7, completed_at=now)
    article = Article.objects.get()
    DocumentFinding.objects.create(article=article, stored_row="history", difference="content", found_at=now)
    owed = Notice.objects.count()
    Sweep(SweepTask.FILL_SEATS, now=now - timedelta(hours=1)).fail(Version, 1, ValueError())
    Sweep(SweepTask.FILL_SEATS, now=now).fail(Version, 2, SubjectLockedError())
    with CaptureQueriesContext(connection) as queries:
        said = scraped(client).text
    assert len(queries) == 24
    for line in (
        f"imprimatur_notices_owed {owed}.0",
        "imprimatur_notices_abandoned 0.0",
        f"imprimatur_webhooks_owed {Dispatch.objects.count()}.0",
        "imprimatur_webhooks_failing 1.0",
        "imprimatur_webhook_endpoints_failing 1.0",
        'imprimatur_queue_retries{queue="webhooks"} 1.0',
        'imprimatur_queue_retries{queue="mail"} 0.0',
        'imprimatur_queue_oldest_seconds{queue="imports"} 0.0',
        'imprimatur_webhook_attempts_last_day{outcome="delivered"} 0.0',
        'imprimatur_webhook_attempts_last_day{outcome="refused"} 1.0',
        'imprimatur_webhook_attempts_last_day{outcome="unanswered"} 0.0',
        'imprimatur_task_runs_total{task="x"} 2.0',
        'imprimatur_task_failures_total{task="x"} 1.0',
        'imprimatur_task_seconds_total{task="x"} 3.0',
        'imprimatur_task_last_seconds{task="x"} 1.0',
        f'imprimatur_task_runs_total{{task="{HEARTBEAT}"}} 1.0',
        'imprimatur_sweep_failures{task="fill_seats"} 1.0',
        'imprimatur_sweep_failures{task="take_rungs"} 0.0',
        'imprimatur_sweep_failures_oldest_seconds{task="take_rungs"} 0.0',
        'imprimatur_reviews{state="invited"} 1.0',
        "imprimatur_reviews_overdue 1.0",
        "imprimatur_documents_verified_total 7.0",
        "imprimatur_document_differences_total 1.0",
        f"imprimatur_documents_round_end_time_seconds {floatToGoString(now.timestamp())}",
    ):
        assert line in said.splitlines()
    assert {f'imprimatur_queue_length{{queue="{queue}"}}' for queue in Queue} <= {
        line.partition(" ")[0] for line in said.splitlines()
    }
    for oldest in ("notices", "webhooks"):
        assert re.search(f"imprimatur_{oldest}_oldest_seconds [1-9]", said)
    assert re.search(r'imprimatur_sweep_failures_oldest_seconds\{task="fill_seats"\} 36\d\d', said)
    assert "process_resident_memory_bytes" in said


def test_every_scheduled_task_exists_and_is_dropped_when_the_next_is_sent():
    schedule = project.CELERY_BEAT_SCHEDULE.values()
    app.loader.import_default_modules()
    assert {entry["task"] for entry in schedule} <= app.tasks.keys()
    assert all(entry["options"]["expires"] == entry["schedule"] for entry in schedule)
    assert heartbeat() is None
    assert str(TaskRun(task="x")) == "x"
