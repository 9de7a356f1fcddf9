"""Receives webhooks of Imprimatur and accepts only signed ones. Python's standard library, one file.

    WEBHOOK_SECRETS="whsec_…" python receive_webhooks.py 9000

While a secret is rotated, name both, with a space between. Each message that holds is printed as a line of JSON. Your
own program would then ask ``data.url`` what readers are to be shown now: messages may come late, twice or out of order.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from collections import OrderedDict
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

TOLERANCE = 5 * 60  # seconds between the sender's clock and ours
LONGEST = 64 * 1024  # bytes of a message
REMEMBERED = 10_000  # ids of accepted messages


class RefusedError(Exception):
    """The signature does not match, or the message is too old."""


def verified(body: bytes, headers: Mapping[str, str], *, secrets: list[str], now: float) -> dict[str, Any]:
    """Return the message if a recent signature matches one of ``secrets``. Raises RefusedError.

    Names of ``headers`` are in lower case.
    """
    identity, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not moment.isdecimal() or abs(now - int(moment)) > TOLERANCE:
        raise RefusedError("The message is too old, or not of this time.")
    signed = f"{identity}.{moment}.".encode() + body
    expected = [signature(secret, signed) for secret in secrets]
    given = [one.encode() for one in headers.get("webhook-signature", "").split(" ")]
    # every pair is compared, each in constant time
    if not any([hmac.compare_digest(one, other) for one in given for other in expected]):  # noqa: C419
        raise RefusedError("No signature of it is ours.")
    message: dict[str, Any] = json.loads(body)
    return message


def signature(secret: str, signed: bytes) -> bytes:
    """``v1,`` and the HMAC-SHA256, with what follows ``whsec_`` as key."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())


class Taken:
    """The ids of accepted messages: a repeated message gets the same success response."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def is_new(self, identity: str) -> bool:
        with self._lock:
            known = identity in self._ids
            self._ids[identity] = None
            while len(self._ids) > REMEMBERED:
                self._ids.popitem(last=False)
        return not known


class Receiver(BaseHTTPRequestHandler):
    """Responds 204 to a valid message, new or repeated, and 401 to any other, which is then sent again."""

    secrets: list[str]
    taken = Taken()
    timeout = 10

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST:
            self.reply(413)
            return
        body = self.rfile.read(int(length))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            message = verified(body, headers, secrets=self.secrets, now=time.time())
        except RefusedError as refusal:
            print(refusal, file=sys.stderr, flush=True)  # noqa: T201
            self.reply(401)
            return
        if self.taken.is_new(headers["webhook-id"]):
            print(json.dumps(message), flush=True)  # noqa: T201 - here your own program goes on
        self.reply(204)

    def reply(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Print only accepted and refused messages."""


def main() -> None:
    Receiver.secrets = os.environ["WEBHOOK_SECRETS"].split()
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print(f"listening on port {server.server_address[1]}", file=sys.stderr, flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()
