"""The sweep of mail and the circuit breaker, with a real mail server that hangs, goes away and comes back."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings as project
from django.core.mail.backends import locmem
from django.db import IntegrityError, transaction

from articles.tasks import sweep_reader_mail
from config.celery import app
from editorial.mail import circuit_breaker, notices, sweep
from editorial.mail.smtp import ServerAwayError
from editorial.models import MailServer, Notice
from editorial.models.mail_servers import CircuitState
from editorial.record.delivery_queue import JITTER
from editorial.tasks import SWEEP, WEBHOOKS_TIME_LIMIT, sweep_notices, sweep_webhooks
from editorial.webhooks import delivery, http_client
from tests.support.factories import NOW, make_user
from tests.support.smtp_sink import smtp_sink


@pytest.fixture
def sink(db, settings):
    with smtp_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 0.2
        yield sink


def owe(*names, kind="submitted"):
    context = {"question": "Why?", "number": 1, "path": "/x/", "by": "Wanda"}
    for name in names:
        told = {"subject": "version:1", "occasion": kind, "context": context, "now": NOW}
        notices.owe(kind=kind, recipients=[make_user(name)], **told)


def send(now=NOW):
    return sweep.send_due(notices, clock=lambda: now)


def attempts():
    return dict(Notice.objects.order_by("pk").values_list("recipient__username", "attempts"))


def rest_ends():
    return MailServer.objects.get().not_before


def test_settings_of_mail_are_in_order_so_that_no_live_worker_loses_its_mail():
    """An answer < a batch; a batch with its last mail < the interruption < the end of the process < the lease."""
    seconds = [project.EMAIL_TIMEOUT, sweep.BATCH.total_seconds(), sweep.SOFT_LIMIT, sweep.HARD_LIMIT]
    seconds.append(sweep.LEASE.total_seconds())
    assert seconds == sorted(set(seconds))
    assert sweep.SOFT_LIMIT - sweep.BATCH.total_seconds() > 4 * project.EMAIL_TIMEOUT
    assert app.conf.task_time_limit < app.conf.broker_transport_options.get("visibility_timeout", 3600)
    for task in (sweep_notices, sweep_reader_mail):
        assert (task.soft_time_limit, task.time_limit) == (sweep.SOFT_LIMIT, sweep.HARD_LIMIT)


def test_settings_of_webhooks_are_in_order_so_that_no_live_worker_loses_its_endpoint():
    longest = SWEEP.total_seconds() + http_client.PATIENCE
    assert longest < WEBHOOKS_TIME_LIMIT == sweep_webhooks.time_limit < delivery.LEASE.total_seconds()


@pytest.mark.parametrize(("silent_at", "tried"), [("CONNECT", 1), ("EHLO", 2), ("RCPT", 2), ("DATA", 2)])
def test_server_that_hangs_rests_after_one_or_two_mails_and_costs_no_attempt(sink, silent_at, tried):
    sink.silent_at = silent_at
    owe("ada", "ben", "cleo")
    assert send() == 0
    assert attempts() == {"ada": 0, "ben": 0, "cleo": 0}
    assert Notice.objects.exclude(last_error="").filter(not_before=rest_ends()).count() == tried
    assert circuit_breaker.FIRST_REST <= rest_ends() - NOW <= circuit_breaker.FIRST_REST * (1 + JITTER)
    before = sink.attempts
    assert send(NOW + timedelta(seconds=30)) == 0
    assert sink.attempts == before


def test_after_each_rest_one_mail_is_tried_and_the_rests_double(sink):
    sink.silent_at = "DATA"
    owe("ada", "ben", "cleo")
    send()
    for times in range(1, 8):
        before, now = sink.attempts, rest_ends()
        assert send(now) == 0
        assert sink.attempts == before + 1
        least = min(circuit_breaker.FIRST_REST * 2**times, circuit_breaker.LONGEST_REST)
        assert least <= rest_ends() - now <= least * (1 + JITTER)
    assert set(attempts().values()) == {0}
    sink.silent_at = ""
    assert send(rest_ends()) == 3
    assert MailServer.objects.get().state(at=NOW) == CircuitState.CLOSED
    assert len(sink.messages) == 3


def test_mail_that_alone_makes_the_server_hang_delays_no_other(sink):
    owe("ada")
    sink.hanging = "ada@"
    assert send() == 0
    assert not MailServer.objects.exists()
    owe("ben")
    assert send() == 1
    assert [message["To"] for message in sink.messages] == ["ben@example.org"]
    assert attempts() == {"ada": 0, "ben": 1}
    ada = Notice.objects.get(recipient__username="ada")
    assert sweep.SILENT_AGAIN_AFTER <= ada.not_before - NOW <= sweep.SILENT_AGAIN_AFTER * (1 + JITTER)
    assert (ada.claimed_until, ada.last_error.partition(":")[0]) == (None, "SMTPServerDisconnected")


def test_mails_are_tried_in_turn_after_rests(sink):
    owe("ada", "ben")
    sink.silent_at = "DATA"
    send()
    owe("cleo")
    sink.silent_at, sink.hanging = "", "ada@"
    assert send(rest_ends()) == 2
    assert [message["To"] for message in sink.messages] == ["cleo@example.org", "ben@example.org"]
    assert attempts() == {"ada": 1, "ben": 1, "cleo": 1}


def test_silence_about_one_mail_counts_when_the_server_answers_about_the_next(sink):
    owe("ada", "ben")
    sink.hanging = "ada@"
    assert send() == 1
    ada = Notice.objects.get(recipient__username="ada")
    assert (ada.attempts, ada.claimed_until) == (1, None)
    assert ada.last_error.startswith("SMTPServerDisconnected")
    assert not MailServer.objects.exists()


def test_one_worker_at_a_time_tries_a_mail_after_a_rest(sink):
    error = ServerAwayError(OSError("away"), had_opened=False)
    until = circuit_breaker.open_circuit(error=error, is_probe=False, now=NOW)
    assert circuit_breaker.open_circuit(error=error, is_probe=False, now=NOW) == until
    assert MailServer.objects.get().failures == 1
    assert MailServer.objects.get().state(at=until) == CircuitState.HALF_OPEN
    assert circuit_breaker.take_probe(now=until, until=until + sweep.LEASE)
    assert not circuit_breaker.take_probe(now=until, until=until + sweep.LEASE)
    assert MailServer.objects.get().state(at=until) == CircuitState.OPEN
    assert str(MailServer.objects.get()) == f"127.0.0.1:{sink.port}"


def test_worker_that_finds_the_probe_taken_puts_its_mail_back(sink):
    owe("ada")
    MailServer.objects.create(address=circuit_breaker.address(), failures=1, failing_since=NOW, not_before=NOW)
    run = sweep.Sweep(notices, lambda: NOW, None)
    assert circuit_breaker.take_probe(now=NOW, until=NOW + sweep.LEASE)
    assert not run.may_send(CircuitState.HALF_OPEN, now=NOW)
    MailServer.objects.update(not_before=NOW)
    assert send() == 1


def test_probe_that_does_not_reach_the_server_is_given_back(sink):
    owe("ada", kind="no_such_kind")
    MailServer.objects.create(address=circuit_breaker.address(), failures=1, failing_since=NOW, not_before=NOW)
    assert send() == 0
    assert attempts() == {"ada": 1}
    assert MailServer.objects.get().state(at=NOW) == CircuitState.HALF_OPEN
    owe("ben", kind="no_such_kind")
    owe("cleo")
    assert send() == 1
    assert MailServer.objects.get().state(at=NOW) == CircuitState.CLOSED


def test_mail_server_at_another_address_gets_mail_at_once(sink, settings):
    sink.silent_at = "CONNECT"
    owe("ada", "ben")
    assert send() == 0
    with smtp_sink() as other:
        settings.EMAIL_PORT = other.port
        assert send() == 1
    assert circuit_breaker.current().state(at=NOW) == CircuitState.CLOSED


def test_seven_claims_of_killed_workers_leave_all_attempts_for_a_refusal_for_now(sink):
    owe("ada")
    now = NOW
    for _ in range(7):
        assert notices.claim(now=now, limit=1)
        now += sweep.LEASE
    sink.refuses = True
    assert send(now) == 0
    notice = Notice.objects.get()
    assert (notice.attempts, notice.abandoned_at) == (1, None)
    assert notice.not_before > now
    sink.refuses = False
    assert send(notice.not_before) == 1


class Interrupted(locmem.EmailBackend):
    """Celery interrupts the task while it waits for the server."""

    def open(self):
        raise SoftTimeLimitExceeded


def test_interruption_by_the_time_limit_counts_as_silence(sink, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Interrupted"
    owe("ada")
    assert send() == 0
    assert attempts() == {"ada": 0}
    assert rest_ends() > NOW


def test_batch_ends_when_its_time_is_up(sink):
    owe("ada", "ben", "cleo")
    clock = iter([NOW, NOW, NOW, NOW, *[NOW + sweep.BATCH] * 9])
    assert sweep.send_due(notices, clock=lambda: next(clock)) == 1
    assert Notice.objects.filter(sent_at=None, claimed_until=None).count() == 2


def test_sender_rate_ends_a_batch_and_the_rest_stays_due(sink, settings):
    settings.MAILS_PER_MINUTE = 2
    owe("ada", "ben", "cleo")
    assert send() == 2
    left = Notice.objects.get(sent_at=None)
    assert (left.attempts, left.claimed_until, left.not_before, left.last_error) == (0, None, NOW, "")
    settings.MAILS_PER_MINUTE = 0
    assert send() == 1


def test_status_of_a_mail_server_without_a_date_is_refused_by_the_database(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        MailServer.objects.create(address="x:25", failures=1)
