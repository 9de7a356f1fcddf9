"""Other services, as a local server answers in their place."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from articles.library import crossref_pubmed


@dataclass
class Outside:
    """The world outside: what it answers to any path, and what it was asked."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    answer: Callable[[BaseHTTPRequestHandler], None] = print

    def says_in_turn(self, *bodies: bytes) -> None:
        """Answer each request with the next of ``bodies``."""
        answers = iter(bodies)

        def answer(handler: BaseHTTPRequestHandler) -> None:
            self.says(next(answers))
            said, self.answer = self.answer, answer
            said(handler)

        self.answer = answer

    def says(self, body: bytes, status: int = 200, **headers: str) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)

        self.answer = answer


@pytest.fixture
def outside(settings, monkeypatch) -> Iterator[Outside]:
    world = Outside()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            world.asked.append(self.path)
            try:
                world.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    world.url = f"http://127.0.0.1:{server.server_port}/"
    settings.CROSSREF_URL, settings.PUBMED_URL = f"{world.url}works/", f"{world.url}efetch.fcgi"
    monkeypatch.setattr(crossref_pubmed, "TIMEOUT", 0.5)
    yield world
    server.shutdown()
    thread.join()
    server.server_close()
