"""Delivery of webhooks: PostgreSQL, real front-ends on 127.0.0.1, and the client that the documentation hands out."""

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from editorial.exceptions import Unacceptable
from editorial.models import Attempt, Dispatch, Endpoint, EndpointHealth, EndpointSecret, Message, Notice
from editorial.record.delivery_queue import JITTER
from editorial.tasks import LINES, sweep_webhooks
from editorial.webhooks import delivery, endpoints, outbox
from editorial.webhooks.http_client import Answer
from editorial.webhooks.secrets import headers, signature
from tests.faults.test_delivery import broker, sink, until, worker  # noqa: F401 - fixtures
from tests.support.factories import NOW, make_policy, make_submitted, make_user
from tests.support.paths import ROOT
from tests.support.webhook_endpoints import listening, make_endpoint, make_message, status

CLIENT = ROOT / "docs" / "examples" / "receive_webhooks.py"
SECRET, ID, BODY = b"\x00" * 32, "msg_1", b"{}"
GOOD, BAD = Answer(0.1, status=204), Answer(0.2, status=500, excerpt="No.")


@pytest.fixture(autouse=True)
def to_loopback(settings):
    settings.WEBHOOKS_TO_LOOPBACK = True


@pytest.fixture
def front():
    with listening() as front:
        yield front


def endpoint_at(front, **fields):
    return make_endpoint(front.address, now=timezone.now(), **fields)


def all_due():
    """Let the clock run for whoever waits."""
    Dispatch.objects.update(not_before=timezone.now())
    EndpointHealth.objects.update(not_before=timezone.now())


def attempt(answer, *, now=NOW):
    """Claim the one message that is due and record that it went so."""
    (dispatch,) = delivery.claim(now=now, limit=9)
    delivery.record(dispatch_id=dispatch.pk, answer=answer, now=now)
    return Dispatch.objects.get(pk=dispatch.pk)


# --- signatures -----------------------------------------------------------------------------------------------------


def test_signature_is_that_of_the_specification_for_its_own_example():
    secret = keeping_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = {"identity": "msg_p5jXN8AQM9LWM0D4loKWxJek", "timestamp": 1614265330}
    found = signature(secret, body=b'{"test": 2432232314}', **signed)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def keeping_key(secret):
    """What a front-end computes with: it is handed the secret as text."""
    return client().base64.b64decode(secret.removeprefix("whsec_"))


def client():
    """The documentation's client as a module."""
    sys.path.insert(0, str(CLIENT.parent))
    try:
        return __import__(CLIENT.stem)
    finally:
        sys.path.pop(0)


@pytest.fixture
def signed():
    found = headers([SECRET], identity=ID, timestamp=1000, body=BODY)
    secret = "whsec_" + client().base64.b64encode(SECRET).decode()
    return found, {"secrets": [secret], "now": 1000}


def test_client_takes_what_is_signed_and_lately(signed):
    found, how = signed
    assert client().verified(BODY, found, **how) == {}
    for now in (1000 - 300, 1000 + 300):
        assert client().verified(BODY, found, **how | {"now": now}) == {}


@pytest.mark.parametrize(
    ("body", "changed", "now"),
    [
        (b"{ }", {}, 1000),
        (BODY, {"webhook-id": "msg_2"}, 1000),
        (BODY, {"webhook-timestamp": "1001"}, 1000),
        (BODY, {"webhook-timestamp": "x"}, 1000),
        (BODY, {"webhook-signature": "v1,AAAA"}, 1000),
        (BODY, {"webhook-signature": "v1a,\xff"}, 1000),
        (BODY, {"webhook-signature": ""}, 1000),
        (BODY, {}, 1000 + 301),
        (BODY, {}, 1000 - 301),
    ],
)
def test_client_refuses_what_was_changed_or_is_not_of_now(signed, body, changed, now):
    found, how = signed
    with pytest.raises(client().RefusedError):
        client().verified(body, found | changed, **how | {"now": now})


def test_client_forgets_the_oldest_ids_only(monkeypatch):
    monkeypatch.setattr(client(), "REMEMBERED", 2)
    taken = client().Taken()
    assert [taken.is_new(identity) for identity in ("a", "a", "b", "c", "a")] == [True, False, True, True, True]


@contextmanager
def running_client(*secrets):
    """As the documentation says: a process of its own, that prints what it takes."""
    environment = os.environ | {"WEBHOOK_SECRETS": " ".join(secrets)}
    process = subprocess.Popen(
        [sys.executable, CLIENT, "0"], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        process.port = int(process.stderr.readline().split()[-1])
        yield process
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def test_client_of_the_documentation_takes_a_real_delivery_once_though_it_comes_twice(db):
    with listening() as taken:  # keeps a port free of others until the client has its secret
        endpoint = endpoint_at(taken)
    with running_client(endpoint.secret) as process:
        moved_to(endpoint, f"http://127.0.0.1:{process.port}/")
        make_message(now=timezone.now())
        assert sweep_webhooks() == 1
        told = json.loads(process.stdout.readline())
        assert (told["type"], told["data"]) == ("article.approved", {"slug": "slug-1"})
        root, dispatch = make_user("root"), Dispatch.objects.get()
        endpoints.replay(dispatch_id=dispatch.pk, by=root, now=timezone.now())
        make_message(2, now=timezone.now())
        assert sweep_webhooks() == 2
        assert json.loads(process.stdout.readline())["data"] == {"slug": "slug-2"}


def moved_to(endpoint, address):
    endpoint = Endpoint.objects.get(pk=endpoint.pk)
    endpoint.address = address
    endpoints.change_endpoint(endpoint=endpoint, by=make_user("root"), now=timezone.now())


def test_client_with_another_secret_refuses_and_the_attempt_is_on_record(db):
    with listening() as taken:
        endpoint = endpoint_at(taken)
    with running_client("whsec_" + "A" * 44) as process:
        moved_to(endpoint, f"http://127.0.0.1:{process.port}/")
        make_message(now=timezone.now())
        assert sweep_webhooks() == 0
        assert process.stderr.readline() == "No signature of it is ours.\n"
    assert Attempt.objects.get().status == 401


# --- owing and sending ----------------------------------------------------------------------------------------------


def test_message_is_thin_signed_and_told_to_who_listens_to_it_alone(db, front):
    with listening() as other:
        endpoint_at(other, events=("article.retracted",))
        endpoint = endpoint_at(front)
        message = make_message(now=NOW)
        assert sweep_webhooks() == 1
    assert other.received == []
    (received,) = front.received
    assert received.headers["content-type"] == "application/json"
    assert received.headers["user-agent"].startswith("Imprimatur")
    assert received.headers["webhook-id"] == message.identity
    told = {"type": "article.approved", "timestamp": "2026-03-02T09:00:00Z", "data": {"slug": "slug-1"}}
    assert json.loads(received.body) == told
    assert client().verified(received.body, received.headers, secrets=[endpoint.secret], now=time.time()) == told


def test_same_occasion_is_told_once_and_a_rolled_back_one_never(db):
    make_endpoint()
    message = make_message()
    owed = {"event": message.event, "subject": message.subject, "occasion": "1", "data": {}}
    assert not outbox.owe(occurred_at=NOW, now=NOW, **owed)
    with transaction.atomic():
        make_message(2)
        transaction.set_rollback(True)
    assert Dispatch.objects.get().message == message


def test_endpoint_that_comes_later_is_not_told_what_was_before(db):
    make_message()
    make_endpoint()
    assert not Dispatch.objects.exists()


def test_retries_bear_the_same_id_and_body_and_a_signature_of_their_own_time(db, front):
    front.answer = status(503)
    endpoint = endpoint_at(front)
    make_message(now=timezone.now())
    assert sweep_webhooks() == 0
    all_due()
    front.answer = None
    assert sweep_webhooks() == 1
    first, second = front.received
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    for received in front.received:
        client().verified(received.body, received.headers, secrets=[endpoint.secret], now=time.time())
    assert [(one.status, one.error) for one in Attempt.objects.order_by("pk")] == [(503, ""), (204, "")]


def test_failing_message_is_tried_again_over_three_days_and_then_given_up(db):
    make_endpoint()
    make_message()
    now, waits = NOW, []
    for _ in delivery.RETRY_AFTER:
        dispatch = attempt(BAD, now=now)
        waits.append(dispatch.not_before - now)
        EndpointHealth.objects.update(not_before=NOW)
        assert delivery.claim(now=dispatch.not_before - timedelta(seconds=1), limit=9) == []
        now = dispatch.not_before
    assert all(least <= found <= least * 1.2 for least, found in zip(delivery.RETRY_AFTER, waits, strict=True))
    assert waits[0] < timedelta(seconds=7)
    assert waits[-1] >= timedelta(hours=24)
    assert all(one < other for one, other in pairwise(waits))
    assert attempt(BAD, now=now).abandoned_at == now
    assert Attempt.objects.count() == len(delivery.RETRY_AFTER) + 1


def test_failing_endpoint_rests_longer_each_time_whatever_it_is_owed(db):
    make_endpoint()
    make_message(1)
    make_message(2)
    attempt(BAD)
    assert delivery.claim(now=NOW + delivery.REST - timedelta(seconds=1), limit=9) == []
    later = NOW + delivery.REST * (1 + JITTER)
    attempt(BAD, now=later)
    assert 2 * delivery.REST <= EndpointHealth.objects.get().not_before - later <= 2 * delivery.REST * (1 + JITTER)


def test_claims_of_workers_that_died_cost_no_attempt(db):
    make_endpoint()
    make_message()
    for times in range(9):
        (dispatch,) = delivery.claim(now=NOW + times * delivery.LEASE, limit=9)
        assert dispatch.attempts == 0
    assert attempt(BAD, now=NOW + 9 * delivery.LEASE).attempts == 1


def test_success_ends_the_row_of_failures(db):
    make_endpoint()
    make_message(1)
    make_message(2)
    attempt(BAD)
    later = NOW + delivery.REST * (1 + JITTER)
    attempt(GOOD, now=later)
    health = EndpointHealth.objects.get()
    assert (health.failures, health.failing_since) == (0, None)
    assert health.last_success_at == later


# --- switched off ---------------------------------------------------------------------------------------------------


def test_endpoint_that_answers_410_is_switched_off_and_administrators_are_told(db, front):
    front.answer = status(410)
    make_user("rosa", is_superuser=True)
    endpoint = endpoint_at(front)
    make_message(1, now=timezone.now())
    make_message(2, now=timezone.now())
    assert sweep_webhooks() == 0
    assert len(front.received) == 1
    endpoint = Endpoint.objects.get(pk=endpoint.pk)
    assert not endpoint.is_active
    assert not Dispatch.objects.filter(abandoned_at=None).exists()
    notices = Notice.objects.filter(kind="webhook_switched_off")
    assert {notice.recipient.username for notice in notices} == {"root", "rosa"}
    assert notices[0].context["reason"] == "It answered that it is gone (410)."
    assert endpoint.history.latest().history_user.username == "system"
    make_message(3, now=timezone.now())
    assert sweep_webhooks() == 0


def test_endpoint_is_switched_off_after_days_without_one_success(db):
    make_endpoint()
    make_message(1)
    attempt(BAD)
    make_message(2)
    late = NOW + delivery.SWITCHED_OFF_AFTER
    EndpointHealth.objects.update(not_before=NOW)
    Dispatch.objects.filter(message__subject="version:1").update(abandoned_at=NOW)
    attempt(BAD, now=late - timedelta(seconds=1))
    assert Endpoint.objects.get().is_active
    Dispatch.objects.update(not_before=NOW)
    EndpointHealth.objects.update(not_before=NOW)
    attempt(BAD, now=late)
    assert not Endpoint.objects.get().is_active
    assert Notice.objects.get().context["reason"] == "Nothing could be delivered for 5 days."


def test_answer_that_comes_after_the_endpoint_was_switched_off_is_on_record(db):
    endpoint = make_endpoint()
    make_message(1)
    make_message(2)
    (first,) = delivery.claim(now=NOW, limit=9)
    endpoints.switch_off(endpoint_id=endpoint.pk, reason="", by=make_user("root"), now=NOW)
    assert not delivery.record(dispatch_id=first.pk, answer=BAD, now=NOW)
    assert Dispatch.objects.get(pk=first.pk).abandoned_at == NOW
    assert delivery.record(dispatch_id=first.pk, answer=GOOD, now=NOW)
    dispatch = Dispatch.objects.get(pk=first.pk)
    assert (dispatch.delivered_at, dispatch.abandoned_at) == (NOW, None)
    assert dispatch.log.count() == 2


# --- nobody holds anybody up ----------------------------------------------------------------------------------------


def test_hanging_endpoint_with_much_owed_does_not_starve_the_others(db):
    release = threading.Event()
    with listening(lambda _handler: release.wait(60)) as hanging, listening() as quick:
        for front in (hanging, quick):
            endpoint_at(front)
        for number in range(30):
            make_message(number, now=timezone.now())
        quick.answer = answer_and_release_at(30, quick, release)
        assert sweep_webhooks() == 30
    assert len(set(quick.identities)) == 30
    assert len(hanging.received) == 1
    assert not Dispatch.objects.filter(endpoint__address=hanging.address, delivered_at__isnull=False).exists()


def answer_and_release_at(count, front, release):
    """204 to each; whoever hangs is let go, with a failure, when so many have come."""

    def answer(handler):
        status(204)(handler)
        if len(front.received) == count:
            release.set()

    return answer


def test_more_endpoints_than_lines_are_all_told(db, front):
    for number in range(LINES + 3):
        make_endpoint(f"{front.address}/{number}", now=timezone.now())
    make_message(now=timezone.now())
    assert sweep_webhooks() == LINES + 3
    assert len({one.path for one in front.received}) == LINES + 3


def test_message_that_cannot_be_signed_fails_alone(db, front, settings):
    broken = make_endpoint("https://front.example.org/hook", now=timezone.now())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", []
    endpoint_at(front)
    make_message(now=timezone.now())
    assert sweep_webhooks() == 1
    assert Attempt.objects.get(dispatch__endpoint=broken).error == "SecretForgottenError"
    assert not Dispatch.objects.get(endpoint=broken).delivered_at


def test_secret_is_known_after_the_key_of_the_site_was_changed_while_the_former_one_is_kept(db, front, settings):
    endpoint = endpoint_at(front)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    make_message(now=timezone.now())
    assert sweep_webhooks() == 1
    (received,) = front.received
    client().verified(received.body, received.headers, secrets=[endpoint.secret], now=time.time())


def test_four_workers_at_once_deliver_each_message_once(transactional_db, front):
    endpoint_at(front)
    with listening() as other:
        endpoint_at(other)
        for number in range(40):
            make_message(number, now=timezone.now())

        def sweep(_):
            try:
                return sweep_webhooks()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            delivered = sum(pool.map(sweep, range(4)))
            delivered += sum(pool.map(sweep, range(4)))
        for one in (front, other):
            assert len(one.identities) == len(set(one.identities)) == 40
    assert delivered == 80
    assert Attempt.objects.count() == 80


IN_TESTS = {"DEBUG": "1", "WEBHOOKS_TO_LOOPBACK": "1", "SECRET_KEY": os.environ["SECRET_KEY"]}


@pytest.mark.parametrize("worker", [IN_TESTS], indirect=True)
def test_change_that_commits_reaches_the_front_end_through_the_broker_and_a_worker(worker, front):  # noqa: F811
    endpoint = endpoint_at(front)
    make_policy()
    make_submitted(now=timezone.now())
    until(lambda: Dispatch.objects.filter(message__event="article.submitted").exclude(delivered_at=None).exists())
    (received,) = [one for one in front.received if b"article.submitted" in one.body]
    told = client().verified(received.body, received.headers, secrets=[endpoint.secret], now=time.time())
    assert (told["type"], told["data"]["status"]) == ("article.submitted", "submitted")


def test_message_of_a_worker_that_died_is_sent_when_its_lease_is_over(db):
    make_endpoint()
    make_message()
    assert len(delivery.claim(now=NOW, limit=9)) == 1
    assert delivery.claim(now=NOW + delivery.LEASE - timedelta(seconds=1), limit=9) == []
    assert attempt(GOOD, now=NOW + delivery.LEASE).delivered_at


def test_attempt_that_cannot_be_recorded_stops_no_other_and_is_made_again(transactional_db, front, caplog):
    """Somebody holds the row of one endpoint for longer than PostgreSQL lets us wait."""
    with listening() as other:
        stuck, _free = endpoint_at(front), endpoint_at(other)
        make_message(now=timezone.now())
        locked, done = threading.Event(), threading.Event()
        holder = threading.Thread(target=hold, args=(stuck.pk, locked, done))
        holder.start()
        locked.wait()
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        try:
            assert sweep_webhooks() == 1
        finally:
            done.set()
            holder.join()
            connection.close()
    assert "could not be recorded" in caplog.text
    assert Attempt.objects.get().dispatch.endpoint.address == other.address


def hold(pk, locked, done):
    with transaction.atomic():
        endpoints.locked(pk)
        locked.set()
        done.wait()
    connections.close_all()


# --- secrets --------------------------------------------------------------------------------------------------------


def test_rotated_secret_signs_beside_the_new_one_until_it_ends(db, front):
    endpoint = endpoint_at(front)
    root, now = make_user("root"), timezone.now()
    new = endpoints.rotate_secret(endpoint_id=endpoint.pk, overlap=timedelta(hours=1), by=root, now=now)
    make_message(now=now)
    assert sweep_webhooks() == 1
    (received,) = front.received
    assert len(received.headers["webhook-signature"].split(" ")) == 2
    for secret in (endpoint.secret, new):
        client().verified(received.body, received.headers, secrets=[secret], now=time.time())
    (dispatch,) = Dispatch.objects.all()
    late = delivery.parcel(dispatch, now=now + timedelta(hours=1))
    moment = int(late.headers["webhook-timestamp"])
    client().verified(late.body, late.headers, secrets=[new], now=moment)
    with pytest.raises(client().RefusedError):
        client().verified(late.body, late.headers, secrets=[endpoint.secret], now=moment)


def test_secret_that_somebody_read_ends_at_once_and_so_do_those_before(db):
    endpoint, act = make_endpoint(), {"by": make_user("root"), "now": NOW}
    endpoints.rotate_secret(endpoint_id=endpoint.pk, overlap=timedelta(days=7), **act)
    newest = endpoints.rotate_secret(endpoint_id=endpoint.pk, overlap=timedelta(0), **act)
    assert EndpointSecret.objects.signing(at=NOW).count() == 1
    assert newest.startswith("whsec_")
    assert len(keeping_key(newest)) == 32


# --- what PostgreSQL holds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attempted",
    [
        "UPDATE editorial_attempt SET status = 200",
        "DELETE FROM editorial_attempt",
        "UPDATE editorial_message SET body = '{}'",
        "DELETE FROM editorial_message",
        "UPDATE editorial_dispatch SET endpoint_id = endpoint_id + 1",
        "UPDATE editorial_dispatch SET delivered_at = now(), abandoned_at = now()",
        "DELETE FROM editorial_dispatch",
        "UPDATE editorial_endpointsecret SET salt = 'x'",
        "DELETE FROM editorial_endpointsecret",
        "INSERT INTO editorial_endpointsecret (endpoint_id, salt, digest, made_at, made_by_id) "
        "SELECT endpoint_id, salt, digest, made_at, made_by_id FROM editorial_endpointsecret",
        "UPDATE editorial_endpoint SET events = '{}'",
        "UPDATE editorial_endpointhealth SET failures = 3",
        "DELETE FROM editorial_endpoint",
    ],
)
def test_record_of_deliveries_cannot_be_rewritten(db, attempted):
    make_endpoint()
    make_message()
    attempt(Answer(0.1, status=500))
    EndpointHealth.objects.update(failures=0, failing_since=None)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempted)


def test_what_is_told_of_itself_by_each_row(db):
    endpoint = make_endpoint()
    message = make_message()
    dispatch = attempt(Answer(0.1, error="Its name was not found."))
    assert str(endpoint) == "front.example.org"
    assert str(message) == "article.approved, version:1"
    assert str(dispatch) == "article.approved, version:1 to front.example.org"
    assert str(dispatch.log.get()) == "Its name was not found."
    assert str(endpoint.secrets.get()) == f"secret of {endpoint.pk}"
    assert str(endpoint.health) == f"health of {endpoint.pk}"
    assert Message.objects.get() == message


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=7, seconds=1)])
def test_old_secret_ends_within_a_week(overlap, db):
    endpoint = make_endpoint()
    with pytest.raises(Unacceptable, match="within a week"):
        endpoints.rotate_secret(endpoint_id=endpoint.pk, overlap=overlap, by=make_user("root"), now=NOW)
    assert EndpointSecret.objects.count() == 1
