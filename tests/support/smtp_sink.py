"""A small SMTP server for tests: it accepts and keeps mails, refuses them, or hangs."""

import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Lock, Thread


class Failure(StrEnum):
    """How an unreliable server fails at one mail."""

    NONE = ""
    BUSY = "answers 451"
    SLOW = "answers late"
    CUT = "closes the connection before it has taken the mail"
    CUT_AFTER_DATA = "takes the mail and closes the connection without an answer"


SLOWNESS = 0.5
"""Seconds that a server which answers late takes for a mail."""


@dataclass
class Sink:
    """The accepted mails: none while ``refuses`` is set, and never mails to ``unknown`` or ``hanging``.

    ``failure`` is called for each mail, and says how the server fails at it.

    At the command ``silent_at`` the server hangs until the client gives up; ``CONNECT`` is the greeting. From mail
    number ``holds_at`` on, it confirms a mail only after ``go_on`` is set.
    """

    port: int = 0
    refuses: bool = False
    silent_at: str = ""
    failure: Callable[[], Failure] = lambda: Failure.NONE
    unknown: str = "nobody@example.org"
    hanging: str = "tarpit@example.org"
    connections: int = 0
    attempts: int = 0
    holds_at: int | None = None
    go_on: Event = field(default_factory=Event)
    messages: list[EmailMessage] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def is_held(self) -> bool:
        return self.holds_at is not None and len(self.messages) >= self.holds_at

    def take(self, data: bytes) -> None:
        with self.lock:
            self.messages.append(message_from_bytes(data, policy=policy.default))


class Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    sink: Sink


class Conversation(StreamRequestHandler):
    """The part of RFC 5321 that Python's own client needs."""

    server: Server
    failure = Failure.NONE

    def handle(self):
        with self.server.sink.lock:
            self.server.sink.connections += 1
        if self.hangs("CONNECT"):
            return
        self.say("220 sink")
        while line := self.rfile.readline().decode().strip().upper():
            verb = line.split()[0]
            if self.hangs(verb, line) or not self.answer(verb, line) or verb == "QUIT":
                return

    def answer(self, verb, line):
        """Answer one command. Return False if the server then closes the connection without an answer."""
        if verb == "DATA":
            return self.data()
        if verb == "MAIL" and self.refused():
            self.say("451 try again later")
        elif verb == "RCPT" and self.server.sink.unknown.upper() in line:
            self.say("550 no such mailbox")
        else:
            self.say("221 bye" if verb == "QUIT" else "250 ok")
        return True

    def hangs(self, verb, line=""):
        sink = self.server.sink
        is_silent = verb == sink.silent_at or (verb == "RCPT" and sink.hanging.upper() in line)
        if is_silent:
            self.rfile.read()  # until the client closes the connection
        return is_silent

    def refused(self):
        with self.server.sink.lock:
            self.server.sink.attempts += 1
            self.failure = self.server.sink.failure()
        return self.server.sink.refuses or self.failure is Failure.BUSY

    def data(self):
        """Take a mail. Return False if the server then closes the connection."""
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if self.failure is Failure.SLOW:
            time.sleep(SLOWNESS)
        if self.failure is not Failure.CUT:
            self.server.sink.take(b"".join(lines))
        if self.failure in (Failure.CUT, Failure.CUT_AFTER_DATA):
            return False
        if self.server.sink.is_held():
            self.server.sink.go_on.wait()
        self.say("250 ok")
        return True

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def smtp_sink():
    """Run a sink that listens on a free port of 127.0.0.1."""
    with Server(("127.0.0.1", 0), Conversation) as server:
        server.sink = Sink(port=server.server_address[1])
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.sink
        finally:
            server.shutdown()
            thread.join()
