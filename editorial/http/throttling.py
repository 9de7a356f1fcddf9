"""Counting how often somebody asks. The counts live in Redis; the site works without it."""

import logging
import time
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle, SimpleRateThrottle
from rest_framework.views import APIView

logger = logging.getLogger(__name__)

PATIENCE = 1
"""Seconds that a request waits for Redis, twice at most."""

REST = 5
"""Seconds for which a process asks Redis nothing more after it did not answer: else every thread would wait for it."""

_asked_again_at: dict[str, float] = {}

SUBSCRIBER = 64
"""Bits of an IPv6 address that its subscriber has alone; the others are theirs to choose anew for every request."""


def sender(request: HttpRequest | Request) -> str:
    """Where a request came from, as it is counted: an IPv4 address, or the first of the network of an IPv6 one.

    What ``X-Forwarded-For`` says is believed as far as ``PROXIES`` of our own wrote it, each at its end: anybody can
    have sent what stands before that.
    """
    noted = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    told = noted[-min(settings.PROXIES, len(noted))].strip() if settings.PROXIES else ""
    for address in (told, str(request.META.get("REMOTE_ADDR", ""))):
        try:
            return _counted(ip_address(address))
        except ValueError:  # nothing was noted, or it can be read by nobody
            continue
    return ""  # a socket of this machine, and no proxy that notes anything


def _counted(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((address.packed, SUBSCRIBER), strict=False).network_address)


class CountedAtOnce(SimpleRateThrottle):
    """At a ``rate``, whatever span of its length is looked at.

    Redis looks and counts in one step, so of requests that come at once no more pass than of those that come one after
    the other. While Redis does not answer, requests pass uncounted instead of failing.
    """

    num_requests: int
    duration: int
    seconds: float | None = None

    def get_ident(self, request: Request | HttpRequest) -> str:
        """Whoever has no account is known by where they ask from."""
        return sender(request)

    def allow_request(self, request: Request, view: APIView) -> bool:
        if self.rate is None or (asker := self.get_cache_key(request, view)) is None:
            return True
        if time.monotonic() < _asked_again_at.get(settings.REDIS_URL, 0):
            return True
        rate = RateLimitItemPerSecond(self.num_requests, self.duration)
        try:
            counts = _counts(settings.REDIS_URL)
            if counts.hit(rate, asker):
                return True
            self.seconds = counts.get_window_stats(rate, asker).reset_time - time.time()
        except RedisError as error:
            _asked_again_at[settings.REDIS_URL] = time.monotonic() + REST
            logger.warning("requests pass uncounted, Redis does not answer: %s", error)
            return True
        return False

    def wait(self) -> float | None:
        """Seconds until whoever was refused may ask again."""
        return self.seconds


class ScopedThrottle(ScopedRateThrottle, CountedAtOnce):
    """At the rate of the view's ``throttle_scope``."""


class ByAddress(CountedAtOnce):
    """Whoever asks, counted by where they ask from, at the rate of its ``scope``."""

    def get_cache_key(self, request: Request | HttpRequest, view: object) -> str:  # noqa: ARG002 - the base's signature
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


@cache
def _counts(url: str) -> MovingWindowRateLimiter:
    """The counts of all processes. Connections are kept; one that Redis closed meanwhile is opened again."""
    connections = ConnectionPool.from_url(
        url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=Retry(NoBackoff(), 1)
    )
    return MovingWindowRateLimiter(RedisStorage(url, connection_pool=connections))
