"""One POST to an endpoint: to the IP address that was checked, within one deadline, without following redirects."""

import io
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

from editorial.webhooks.allowed_addresses import AddressError, LookUp, Target, places, target

PATIENCE = 10.0
"""Seconds for name, connection, TLS, request and response together. The specification allows 15 to 30 at most."""

MOST_READ = 64 * 1024
"""Maximum number of bytes read of a response, headers included. The rest is not read."""

EXCERPT = 500
"""Bytes of the response body that are kept in the log."""

GONE = 410


@dataclass(frozen=True)
class Parcel:
    """The request to send, and where."""

    address: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """The result of an attempt. ``error`` says what went wrong without repeating the address."""

    seconds: float
    status: int | None = None
    error: str = ""
    excerpt: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx. A redirect is a failure, because it is not followed."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == GONE


class TooMuchError(Exception):
    """The response is longer than ``MOST_READ``."""


def send(parcel: Parcel, *, to_loopback: bool, patience: float = PATIENCE, look_up: LookUp | None = None) -> Answer:
    """POST ``parcel``, wait ``patience`` seconds in all, and return the result. Raises nothing."""
    began = monotonic()
    try:
        status, excerpt = _post(
            parcel, until=began + patience, to_loopback=to_loopback, look_up=look_up or socket.getaddrinfo
        )
    except Exception as error:
        return Answer(monotonic() - began, error=error_text(error))
    return Answer(monotonic() - began, status=status, excerpt=excerpt)


def error_text(error: Exception) -> str:
    """Return a text for ``error``, or its name. Its own text may repeat what was sent or received."""
    if isinstance(error, AddressError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "There was no whole answer in time."
    if isinstance(error, TooMuchError):
        return "The answer is too long."
    if isinstance(error, socket.gaierror):
        return "Its name was not found."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"Its certificate is not good: {error.verify_message}."
    return f"{type(error).__name__}"


def _post(parcel: Parcel, *, until: float, to_loopback: bool, look_up: LookUp) -> tuple[int, str]:
    aim = target(parcel.address, to_loopback=to_loopback)
    numbers = _in_time(aim, to_loopback=to_loopback, look_up=look_up, until=until)
    with (
        closing(_connect(numbers, port=aim.port, until=until)) as plain,
        closing(_secured(plain, aim, until=until)) as wire,
    ):
        kind = HTTPSConnection if aim.is_secure else HTTPConnection
        connection = kind(aim.host, aim.port)
        connection.sock = TimedConnection(wire, until=until)
        connection.request("POST", aim.path, body=parcel.body, headers={**parcel.headers, "Connection": "close"})
        with closing(connection.getresponse()) as answer:
            return answer.status, _excerpt(answer)


def _excerpt(answer: HTTPResponse) -> str:
    """Return the beginning of the body, as far as it arrived. Errors are ignored, because only the status counts."""
    try:
        begun = answer.read(EXCERPT).decode("utf-8", "replace")
    except (OSError, HTTPException, TooMuchError):
        return ""
    return "".join(character for character in begun if character.isprintable() or character == "\n")


def _in_time(aim: Target, *, until: float, **how: Any) -> list[str]:
    """Return ``places``, or raise TimeoutError at the deadline: a resolver has no timeout that could be set."""
    results: SimpleQueue[list[str] | Exception] = SimpleQueue()
    Thread(target=_look_up, args=(results, aim), kwargs=how, daemon=True).start()
    try:
        result = results.get(timeout=left(until))
    except Empty:
        raise TimeoutError from None
    if isinstance(result, Exception):
        raise result
    return result


def _look_up(results: "SimpleQueue[list[str] | Exception]", aim: Target, **how: Any) -> None:
    try:
        results.put(places(aim, **how))
    except Exception as error:
        results.put(error)


def _connect(numbers: list[str], *, port: int, until: float) -> socket.socket:
    """Return a connection to the first IP address that accepts one. No name is resolved again."""
    failure: OSError = OSError()
    for number in numbers:
        try:
            return socket.create_connection((number, port), timeout=left(until))
        except OSError as error:
            failure = error
    raise failure


def _secured(wire: socket.socket, aim: Target, *, until: float) -> socket.socket:
    """Return the connection over TLS, with the certificate checked for the name, if the address is https."""
    if not aim.is_secure:
        return wire
    wire.settimeout(left(until))
    return ssl.create_default_context().wrap_socket(wire, server_hostname=aim.host)


def left(until: float) -> float:
    """Return the seconds until the deadline. Raises TimeoutError if it has passed."""
    seconds = until - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


class TimedConnection:
    """A connection for http.client. ``until`` is the deadline of everything that is sent and received on it."""

    def __init__(self, wire: socket.socket, *, until: float) -> None:
        self._wire, self._until = wire, until

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(left(self._until))
        self._wire.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(Incoming(self._wire, until=self._until))

    def close(self) -> None:
        """Do nothing: the function that opened the connection closes it."""


class Incoming(io.RawIOBase):
    """Reads the response until the deadline and up to ``MOST_READ`` bytes, even if it is sent slowly or endlessly."""

    def __init__(self, wire: socket.socket, *, until: float) -> None:
        self._wire, self._until, self._taken = wire, until, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.settimeout(left(self._until))
        if self._taken >= MOST_READ:
            raise TooMuchError
        count = self._wire.recv_into(buffer)
        self._taken += count
        return count
