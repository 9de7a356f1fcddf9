"""HTTP caches by RFC 9111 in front of the site."""

import sqlite3
from collections.abc import Callable

import httpx
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date
from hishel import CacheOptions, SqliteStorage
from hishel.httpx import CacheTransport

Middle = Callable[[httpx.Response], None]


class Site(httpx.BaseTransport):
    """The site behind a web server, which sets ``Date``. ``middle`` may change a response."""

    def __init__(self, middle: Middle | None = None) -> None:
        self.client, self.middle = Client(), middle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        address = request.url.raw_path.decode()
        answer = self.client.generic(request.method, address, headers=dict(request.headers))
        headers = {**answer.headers, "Date": http_date(timezone.now().timestamp())}
        response = httpx.Response(answer.status_code, headers=headers, stream=httpx.ByteStream(answer.content))
        if self.middle:
            self.middle(response)
        return response


def cache(before: httpx.BaseTransport, *, is_shared: bool) -> CacheTransport:
    """Return a cache that keeps responses in memory, and uses them as long as RFC 9111 allows."""
    storage = SqliteStorage(connection=sqlite3.connect(":memory:", check_same_thread=False))
    return CacheTransport(before, storage=storage, rfc=CacheOptions(shared=is_shared))


def let_it_be_kept(response: httpx.Response) -> None:
    response.headers["Cache-Control"] = "public, max-age=600"


def how(response: httpx.Response) -> str:
    """Return where a cache got the response from."""
    told = response.extensions["caching"]
    return "revalidated" if told["revalidated"] else "kept" if told["from_cache"] else "new"
