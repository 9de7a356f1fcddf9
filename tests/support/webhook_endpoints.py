"""Webhook endpoints for tests, and real HTTP servers on 127.0.0.1 that receive the webhooks."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

from articles.published.webhook_events import WebhookEvent
from editorial.models import Endpoint, Message
from editorial.webhooks import endpoints, outbox
from tests.support.factories import NOW, make_user
from tests.support.stored_rows import remembered


@remembered
def make_endpoint(
    address: str = "https://front.example.org/hook", *, events: tuple = tuple(WebhookEvent), now=NOW
) -> Endpoint:
    """Return an endpoint that root added, with its secret as the attribute ``secret``."""
    endpoint = Endpoint(name=address.split("/")[2], address=address, events=[str(event) for event in events])
    root = make_user("root", is_superuser=True)
    endpoint.secret = endpoints.add_endpoint(endpoint=endpoint, by=root, now=now)  # type: ignore[attr-defined]
    return endpoint


def make_message(number: int = 1, *, event: str = "article.approved", now=NOW, is_remembered: bool = False) -> Message:
    """Record a message for every endpoint that subscribes to ``event``."""
    told = {"event": event, "subject": f"version:{number}", "occasion": "1", "data": {"slug": f"slug-{number}"}}
    assert outbox.owe(occurred_at=now, now=now, is_remembered=is_remembered, **told)
    return Message.objects.latest("pk")


@dataclass
class Received:
    """One request as a front-end received it."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Listener:
    """A front-end. ``answer`` writes the response to the handler; the default is 204."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answer: Callable[[Any], None] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def identities(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.received]


def status(code: int, body: bytes = b"", **headers: str) -> Callable[[Any], None]:
    """Return a function that sends a complete response."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def listening(answer: Callable[[Any], None] | None = None, *, tls: SSLContext | None = None) -> Iterator[Listener]:
    """Run a server in threads. Threads that hang are not waited for at the end."""
    listener = Listener(answer=answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            listener.received.append(Received(self.path, headers, body))
            (listener.answer or status(204))(self)

        def log_message(self, *args: object) -> None:
            """Write no log."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *args: object) -> None:
            """Ignore errors: the sender may close the connection."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    listener.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
