"""Wake-ups, with real Redis and a real worker."""

from redis import Redis

from config.celery import app
from editorial.models import TaskRun
from editorial.record.wake_up import EXPIRES, wake
from tests.faults.test_delivery import broker, redis_url, sink, until, waiting_in, worker  # noqa: F401 - fixtures

TASK = "editorial.tasks.sweep_notices"


def test_many_wake_ups_leave_one_message_that_expires(broker):  # noqa: F811
    for _ in range(9):
        wake(TASK)
    (headers,) = waiting_in("mail")
    assert (headers["task"], headers["argsrepr"]) == (TASK, "()")
    assert headers["expires"]
    with Redis.from_url(redis_url()) as redis:
        assert 0 < redis.ttl(headers["wake_up"]) <= EXPIRES


def test_wake_ups_with_other_arguments_wait_beside_each_other(broker):  # noqa: F811
    for number in (1, 2, 1):
        wake("articles.tasks.run_import", number, expires=300)
    assert [headers["argsrepr"] for headers in waiting_in("imports")] == ["(2,)", "(1,)"]


def test_wake_up_is_sent_again_after_the_key_of_a_dead_worker_has_expired(broker):  # noqa: F811
    wake(TASK)
    with Redis.from_url(redis_url()) as redis:
        redis.expire(waiting_in("mail")[0]["wake_up"], 0)
    wake(TASK)
    assert len(waiting_in("mail")) == 2


def test_task_that_begins_lets_the_next_wake_up_through(broker, worker):  # noqa: F811
    wake(TASK)
    until(lambda: TaskRun.objects.filter(task=TASK).exists())
    wake(TASK)
    until(lambda: TaskRun.objects.get(task=TASK).runs == 2)


def test_message_of_another_release_is_refused_with_words_and_stops_nothing(broker, worker):  # noqa: F811
    broker.send_task("editorial.tasks.of_a_newer_release", queue="mail")
    broker.send_task("editorial.tasks.sweep_notices", [1, 2, 3])
    broker.send_task("editorial.tasks.heartbeat", queue="celery")
    until(lambda: TaskRun.objects.get(task="editorial.tasks.heartbeat").runs == 2)  # the first when it started
    until(lambda: "TypeError" in worker.log.read_text())
    assert "Received unregistered task of type 'editorial.tasks.of_a_newer_release'" in worker.log.read_text()
    assert worker.poll() is None
    assert app.conf.task_default_queue == "celery"
