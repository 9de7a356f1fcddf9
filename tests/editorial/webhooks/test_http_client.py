"""One POST, to real servers that answer, hang, drip, never end or lead elsewhere."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest

from editorial.webhooks import http_client
from editorial.webhooks.http_client import Parcel, error_text, send
from tests.support.paths import DATA
from tests.support.webhook_endpoints import listening, status

CERTIFICATE = DATA / "webhooks" / "localhost.pem"
SLACK = 5  # seconds; a busy machine
PARCEL = {"headers": {"webhook-id": "msg_1"}, "body": b'{"type":"x"}'}


def post(address, **how):
    return send(Parcel(address, **PARCEL), **{"to_loopback": True, **how})


def test_message_arrives_as_it_was_handed_over():
    with listening() as front:
        answer = post(f"http://127.0.0.1:{front.port}/hook?a=b")
    assert (answer.is_success, answer.status, answer.error) == (True, 204, "")
    (received,) = front.received
    assert (received.path, received.body) == ("/hook?a=b", PARCEL["body"])
    assert received.headers["webhook-id"] == "msg_1"
    assert received.headers["host"] == f"127.0.0.1:{front.port}"


@pytest.mark.parametrize(("code", "good"), [(200, True), (299, True), (304, False), (400, False), (500, False)])
def test_only_2xx_succeeds(code, good):
    with listening(status(code)) as front:
        assert post(front.address).is_success is good


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirect_fails_and_is_never_followed(code):
    with listening() as other, listening(status(code, Location=other.address)) as front:
        answer = post(front.address)
    assert (answer.status, answer.is_success, other.received) == (code, False, [])
    assert len(front.received) == 1


def test_redirect_to_a_metadata_address_fails_at_once():
    with listening(status(302, Location="http://169.254.169.254/latest/meta-data/")) as front:
        answer = post(front.address)
    assert (answer.status, answer.is_success) == (302, False)
    assert answer.seconds < SLACK


def test_beginning_of_the_answer_is_kept_without_what_a_log_cannot_hold():
    with listening(status(500, b"No\0 way\x1b[31m \xff\n" + b"x" * 5000)) as front:
        answer = post(front.address)
    assert answer.excerpt.startswith("No way[31m \N{REPLACEMENT CHARACTER}\nxxx")
    assert len(answer.excerpt) <= http_client.EXCERPT


def hang(_handler):
    time.sleep(SLACK)


def drip(handler):
    """A header that never ends, a byte now and then: no single wait is long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.05)


def drip_body(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        handler.wfile.write(b"x")
        time.sleep(0.05)


@pytest.mark.parametrize("answer", [hang, drip])
def test_endpoint_that_hangs_or_drips_is_cut_when_the_time_in_whole_is_over(answer):
    with listening(answer) as front:
        found = post(front.address, patience=0.3)
    assert (found.status, found.error) == (None, "There was no whole answer in time.")
    assert 0.3 <= found.seconds < SLACK


def test_answer_whose_body_drips_counts_by_its_status():
    with listening(drip_body) as front:
        found = post(front.address, patience=0.3)
    assert (found.is_success, found.excerpt) == (True, "")
    assert found.seconds < SLACK


def flood(handler):
    """Ten gigabytes, as far as anybody takes them."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    for _ in range(10000):
        handler.wfile.write(b"x" * 1_000_000)
        handler.server.given = getattr(handler.server, "given", 0) + 1_000_000


def flood_headers(handler):
    for _ in range(100_000):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\nX: " + b"x" * 1000 + b"\r\n\r\n")


def test_endless_answer_is_read_only_as_far_as_it_is_kept():
    with listening(flood) as front:
        found = post(front.address)
    assert (found.is_success, len(found.excerpt)) == (True, http_client.EXCERPT)
    assert found.seconds < SLACK


def test_endless_headers_are_cut():
    with listening(flood_headers) as front:
        found = post(front.address)
    assert (found.status, found.error) == (None, "The answer is too long.")


@contextmanager
def mute():
    """Takes connections and says nothing, not even in TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_server_that_never_ends_the_handshake_is_cut():
    with mute() as port:
        found = post(f"https://localhost:{port}/", patience=0.3)
    assert found.error == "There was no whole answer in time."
    assert found.seconds < SLACK


def test_resolver_that_never_answers_is_given_up():
    stop = threading.Event()
    found = post("https://a.example/", patience=0.3, look_up=lambda *_args, **_how: stop.wait(SLACK))
    stop.set()
    assert found.error == "There was no whole answer in time."
    assert found.seconds < SLACK


def test_time_that_is_over_before_anything_began_is_over():
    assert post("http://127.0.0.1:9/", patience=0).error == "There was no whole answer in time."


def test_name_is_resolved_once_and_the_number_that_was_checked_is_called():
    """A name that leads to the internet when it is checked, and inside when it would be asked again."""
    asked = []

    def rebinding(host, port, **_how):
        asked.append(host)
        numbers = ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    with listening() as front:
        answer = post(f"http://localhost:{front.port}/", look_up=rebinding)
        refused = post("https://a.example/", look_up=rebinding)
    assert (answer.status, asked) == (204, ["localhost", "a.example"])
    assert refused.error == "Its name leads into a network that is not public."


def test_next_number_of_a_name_is_called_when_the_first_takes_no_connection():
    def both(_host, port, **_how):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in ("127.0.0.9", "127.0.0.1")]

    with listening() as front:
        assert post(f"http://localhost:{front.port}/", look_up=both).status == 204


def test_nobody_listening_no_name_and_no_number_are_told_apart():
    def unknown(*_args, **_how):
        raise socket.gaierror

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert post(f"http://127.0.0.1:{port}/").error == "ConnectionRefusedError"
    assert post("https://a.example/", look_up=unknown).error == "Its name was not found."
    assert post("https://a.example/", look_up=lambda *_args, **_how: []).error == "OSError"


def garbage(handler):
    handler.wfile.write(b"\x16\x03\x01 this is no HTTP\r\n\r\n")


def test_answer_that_is_no_http_is_named_without_repeating_it():
    with listening(garbage) as front:
        assert post(front.address).error == "BadStatusLine"
    assert error_text(ValueError("https://front.example.org/secret")) == "ValueError"


# --- TLS ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def test_certificate_that_nobody_known_signed_is_refused(tls):
    with listening(tls=tls) as front:
        answer = post(f"https://localhost:{front.port}/")
    assert answer.error.startswith("Its certificate is not good: self-signed certificate")
    assert front.received == []


def test_certificate_is_held_against_the_name_and_not_the_number(tls, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with listening(tls=tls) as front:
        good = post(f"https://localhost:{front.port}/hook")
        bad = post(f"https://127.0.0.1:{front.port}/hook")
    assert (good.status, [one.path for one in front.received]) == (204, ["/hook"])
    assert "certificate is not valid for '127.0.0.1'" in bad.error
