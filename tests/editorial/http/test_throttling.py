import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import RequestFactory
from rest_framework.throttling import SimpleRateThrottle

from articles.reader.throttling import ReaderPostThrottle
from editorial.http import throttling
from editorial.http.throttling import client_address
from tests.support import factories

NOWHERE = "redis://127.0.0.1:1/0"


def asked(*, sender: str = "192.0.2.1", **noted: str) -> tuple[bool, float | None]:
    """Whether one more request from there passes, and if not, for how long."""
    throttle = ReaderPostThrottle()
    return throttle.allow_request(RequestFactory().get("/", REMOTE_ADDR=sender, **noted), None), throttle.wait()


PASSES = (True, None)


@pytest.fixture
def twenty_a_minute(monkeypatch, own_counts):
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "reader_post", "20/min")


def test_of_requests_that_come_at_once_no_more_pass_than_of_others(twenty_a_minute):
    with ThreadPoolExecutor(10) as people:
        passed = list(people.map(lambda _: asked(), range(60)))
    assert passed.count(PASSES) == 20


def test_who_was_refused_is_told_for_how_long_and_is_let_in_then(twenty_a_minute, time_machine):
    time_machine.move_to("2026-03-02T09:00:00Z", tick=False)
    assert [asked() for _ in range(20)] == [PASSES] * 20
    time_machine.shift(15)
    assert (asked(), asked(sender="192.0.2.2")) == ((False, 45), PASSES)
    time_machine.shift(44)
    assert asked() == (False, 1)
    time_machine.shift(2)
    assert asked() == PASSES


def test_without_a_rate_nobody_is_counted(monkeypatch, settings):
    settings.REDIS_URL = NOWHERE
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "reader_post", None)
    assert asked() == PASSES


def noted(addresses: str) -> dict[str, str]:
    """A request that came by way of a proxy on this machine."""
    return {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": addresses}


def test_who_says_to_be_somebody_else_is_counted_all_the_same(twenty_a_minute):
    passed = [asked(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}") for number in range(21)]
    assert passed.count(PASSES) == 20


def test_who_comes_through_a_proxy_is_counted_by_what_the_proxy_says(twenty_a_minute, settings):
    settings.PROXIES = 1
    passed = [asked(HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 192.0.2.3") for number in range(21)]
    assert passed.count(PASSES) == 20
    assert asked(HTTP_X_FORWARDED_FOR="192.0.2.4") == PASSES


@pytest.mark.parametrize(
    ("proxies", "told", "counted"),
    [
        (0, {"REMOTE_ADDR": "192.0.2.1"}, "192.0.2.1"),
        (0, noted("192.0.2.1"), "127.0.0.1"),
        (1, noted("192.0.2.1"), "192.0.2.1"),
        (1, noted("192.0.2.9,192.0.2.1 "), "192.0.2.1"),
        (2, noted("192.0.2.9, 192.0.2.1, 192.0.2.2"), "192.0.2.1"),
        (2, noted("192.0.2.1"), "192.0.2.1"),
        (1, noted("unknown"), "127.0.0.1"),
        (1, {"REMOTE_ADDR": "192.0.2.1"}, "192.0.2.1"),
        (0, {"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::"),
        (0, {"REMOTE_ADDR": "::ffff:192.0.2.1"}, "192.0.2.1"),
        (1, {"REMOTE_ADDR": ""}, ""),
    ],
)
def test_sender_is_who_our_own_proxies_say(settings, proxies, told, counted):
    settings.PROXIES = proxies
    assert client_address(RequestFactory().get("/", **told)) == counted


def test_wrong_passwords_sent_through_the_proxy_lock_nobody_else_out(client, settings, wanda):
    settings.PROXIES = 1
    wanda.set_password("three quiet herons")
    wanda.save()
    for number in range(12):
        guess = {"login": "wanda", "password": f"guess {number}"}
        client.post("/account/login/", guess, **noted(f"198.51.100.{number}, 192.0.2.5"))
    own = {"login": "wanda", "password": "three quiet herons"}
    assert client.post("/account/login/", own, **noted("192.0.2.5")).status_code == 429
    assert client.post("/account/login/", own, **noted("192.0.2.6")).status_code == 302


def test_reader_without_redis_is_answered_and_heard_uncounted(api, settings, db):
    version = factories.make_approved()
    settings.REDIS_URL = NOWHERE
    address = f"/api/v1/articles/{version.article.slug}"
    assert api.post(f"{address}/questions/", {"text": "Is it dangerous?"}).status_code == 200
    assert api.post(f"{address}/reports/", {"text": "It is dangerous."}).status_code == 201
    assert version.article.reports.count() == 1


def test_token_without_redis_is_given(api, settings, wanda):
    settings.REDIS_URL = NOWHERE
    wanda.set_password("three quiet herons")
    wanda.save()
    answer = api.post("/api/v1/tokens/", {"username": "wanda", "password": "three quiet herons"})
    assert answer.status_code == 201


def test_redis_that_hangs_is_given_up(settings, caplog):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://:hush@127.0.0.1:{silent.getsockname()[1]}/0"
        assert asked() == PASSES
    assert "requests pass uncounted" in caplog.text
    assert "hush" not in caplog.text


def test_redis_that_does_not_answer_is_waited_for_by_one_request_and_asked_again_later(settings, caplog, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        assert [asked() for _ in range(20)] == [PASSES] * 20
        assert caplog.text.count("requests pass uncounted") == 1
        monkeypatch.setitem(throttling._paused_until, settings.REDIS_URL, 0)
        assert asked() == PASSES
    assert caplog.text.count("requests pass uncounted") == 2
