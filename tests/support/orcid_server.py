"""A server that logs people in as ORCID does (OAuth 2.0), on 127.0.0.1."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "APP-SITE", "secret-of-the-site"
ORCID = "0000-0002-1825-0097"


@dataclass
class OrcidServer:
    """``orcid`` is the iD of who is logged in there. ``answer`` replaces the answer to a code."""

    port: int = 0
    orcid: str | None = ORCID
    codes: dict[str, str] = field(default_factory=dict)
    answer: Callable[[Any], None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def grant(self, address: str) -> str:
        """Return where the browser is sent after its owner allowed what ``address`` asks for."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["client_id"], asked["response_type"], asked["scope"]) == (CLIENT_ID, "code", "/authenticate")
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked["redirect_uri"]
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, list[str]]) -> dict[str, Any] | None:
        """Return the answer to a code, once, for who has the secret."""
        address = self.codes.pop(sent["code"][0], None)
        known = (sent["client_id"], sent["client_secret"]) == ([CLIENT_ID], [CLIENT_SECRET])
        if not known or sent["redirect_uri"] != [address]:
            return None
        return {"access_token": "token", "token_type": "bearer", "orcid": self.orcid, "name": "Ada Example"}


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def sends(body: bytes, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Return a function that sends this answer."""
    return lambda handler: send(handler, status, body, **headers)


@contextmanager
def orcid_server() -> Iterator[OrcidServer]:
    """Run the server in threads."""
    orcid = OrcidServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            link = orcid.grant(self.path).replace("&", "&amp;")
            page = f'<!DOCTYPE html><title>ORCID</title><a href="{link}">Authorize access</a>'
            send(self, 200, page.encode(), Content_Type="text/html")

        def do_POST(self) -> None:
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if orcid.answer:
                orcid.answer(self)
                return
            token = orcid.token(sent)
            body = json.dumps(token or {"error": "invalid_grant"}).encode()
            send(self, 200 if token else 400, body, Content_Type="application/json")

        def log_message(self, *args: object) -> None:
            """Write no log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    orcid.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield orcid
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
