"""What was told to front-ends is forgotten after its time, and never what is still owed to one."""

from datetime import timedelta

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from editorial import tasks
from editorial.models import Attempt, Dispatch, EndpointHealth, Message
from editorial.tasks import purge_webhooks
from editorial.webhooks import endpoints, retention
from editorial.webhooks.http_client import Answer
from tests.editorial.webhooks.test_delivery import BAD, GOOD, attempt
from tests.faults.test_concurrency import held_by_somebody_else
from tests.support.factories import NOW, make_user
from tests.support.webhook_endpoints import make_endpoint, make_message

LATE = NOW + timedelta(days=90)


@pytest.fixture
def told(db):
    """One message delivered at the second attempt, one given up with the endpoint, one owed after it was on again."""
    endpoint, act = make_endpoint(), {"by": make_user("root"), "now": NOW}
    make_message(1)
    attempt(BAD)
    again = NOW + timedelta(minutes=1)
    attempt(GOOD, now=again)
    make_message(2)
    endpoints.switch_off(endpoint_id=endpoint.pk, reason="", **act)
    endpoints.switch_on(endpoint_id=endpoint.pk, **act)
    make_message(3)


def subjects() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("subject", flat=True))


def purge(*, before=LATE) -> int:
    return retention.purge(before=before, limit=100)


# --- what is forgotten ----------------------------------------------------------------------------------------------


def test_what_was_delivered_or_given_up_is_forgotten_and_what_is_owed_stays(told):
    assert purge() == 4
    assert subjects() == ["version:3"]
    assert Dispatch.objects.get().message.subject == "version:3"
    assert not Attempt.objects.exists()
    assert purge() == 0
    assert attempt(GOOD, now=LATE).delivered_at == LATE


def test_what_is_younger_stays_to_the_moment(told):
    assert purge(before=NOW) == 0
    assert purge(before=NOW + timedelta(minutes=1)) == 2  # the one that was given up, and what it told
    assert subjects() == ["version:1", "version:3"]
    assert Attempt.objects.count() == 2


def test_what_is_owed_again_stays_with_all_its_attempts(told):
    delivered = Dispatch.objects.get(delivered_at__isnull=False)
    endpoints.replay(dispatch_id=delivered.pk, by=make_user("root"), now=LATE)
    assert purge() == 2
    assert subjects() == ["version:1", "version:3"]
    assert delivered.log.count() == 2


def test_message_stays_while_one_of_its_front_ends_is_owed_it(db):
    make_endpoint("https://one.example.org/")
    make_endpoint("https://other.example.org/")
    make_message()
    Dispatch.objects.filter(endpoint__name="one.example.org").update(delivered_at=NOW)
    assert purge() == 1
    assert Message.objects.get().dispatches.get().endpoint.name == "other.example.org"


def test_message_to_which_nobody_listened_is_forgotten_too(db):
    make_message()
    assert (purge(before=NOW), purge()) == (0, 1)
    assert not Message.objects.exists()


def test_task_forgets_after_the_days_of_the_setting_in_as_many_transactions_as_it_takes(db, settings, monkeypatch):
    make_endpoint()
    now = timezone.now()
    for number in range(5):
        make_message(number, now=now - timedelta(days=31))
    make_message(5, now=now - timedelta(days=29))
    for dispatch in Dispatch.objects.all():
        Dispatch.objects.filter(pk=dispatch.pk).update(delivered_at=dispatch.owed_at)
    assert purge_webhooks() == 0
    settings.WEBHOOKS_KEPT_DAYS = 30
    monkeypatch.setattr(tasks, "FORGOTTEN_AT_ONCE", 2)
    assert purge_webhooks() == 10
    assert subjects() == ["version:5"]


def test_delivery_that_somebody_works_on_is_passed_by_and_forgotten_the_next_time(transactional_db):
    make_endpoint()
    for number in (1, 2):
        make_message(number)
    Dispatch.objects.update(delivered_at=NOW)
    first = Dispatch.objects.earliest("pk")
    with psycopg.connect(**held_by_somebody_else()) as other, connection.cursor() as cursor:
        other.execute("SELECT FROM editorial_dispatch WHERE id = %s FOR NO KEY UPDATE", [first.pk])
        cursor.execute("SET lock_timeout = '50ms'")
        assert purge() == 2
    connection.close()
    assert Dispatch.objects.get() == first
    assert purge() == 2


# --- what PostgreSQL holds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attempted",
    [
        "DELETE FROM editorial_dispatch",
        "DELETE FROM editorial_dispatch WHERE delivered_at IS NULL AND abandoned_at IS NULL",
        "DELETE FROM editorial_dispatch WHERE delivered_at IS NOT NULL; SET CONSTRAINTS ALL IMMEDIATE",
        "DELETE FROM editorial_attempt",
        "DELETE FROM editorial_message",
        "UPDATE editorial_attempt SET status = 200",
        "UPDATE editorial_message SET is_remembered = true",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE editorial_attempt",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE editorial_message CASCADE",
    ],
)
def test_log_of_what_is_kept_cannot_be_thinned_out(told, attempted):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attempted)


def test_remembered_message_stays_for_good(db):
    make_message(is_remembered=True)
    assert purge() == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.all().delete()


# --- figures --------------------------------------------------------------------------------------------------------


def test_oldest_that_waits_is_due_or_failed_and_not_what_was_settled(told):
    at = NOW + timedelta(hours=1)
    assert Dispatch.objects.waiting(at=at) == {"owed": 1, "failing": 0, "oldest": NOW}
    Dispatch.objects.filter(message__subject="version:3").update(not_before=at + timedelta(hours=1))
    assert Dispatch.objects.waiting(at=at) == {"owed": 1, "failing": 0, "oldest": None}
    Dispatch.objects.filter(message__subject="version:3").update(attempts=1)
    assert Dispatch.objects.waiting(at=at) == {"owed": 1, "failing": 1, "oldest": NOW}


def test_delivery_that_is_owed_again_waits_since_then(told):
    delivered = Dispatch.objects.get(delivered_at__isnull=False)
    Dispatch.objects.filter(message__subject="version:3").update(delivered_at=NOW)
    endpoints.replay(dispatch_id=delivered.pk, by=make_user("root"), now=LATE)
    assert Dispatch.objects.waiting(at=LATE)["oldest"] == LATE


def test_attempts_are_counted_by_outcome(told):
    for answer in (Answer(0.1, status=301), Answer(0.1, error="Its name was not found."), Answer(0.1, status=204)):
        EndpointHealth.objects.update(not_before=NOW)
        Dispatch.objects.filter(message__subject="version:3").update(not_before=NOW)
        attempt(answer, now=LATE)
    assert Attempt.objects.outcomes(since=LATE) == {"delivered": 1, "refused": 1, "unanswered": 1}
    assert Attempt.objects.outcomes(since=NOW) == {"delivered": 2, "refused": 2, "unanswered": 1}
