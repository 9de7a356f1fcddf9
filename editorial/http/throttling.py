"""Rate limits. The counts are in Redis; without Redis, requests are not limited."""

import logging
import time
from functools import cache
from hashlib import sha256
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
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle, SimpleRateThrottle
from rest_framework.views import APIView

logger = logging.getLogger(__name__)

TIMEOUT = 1
"""Seconds that a request waits for Redis, twice at most."""

PAUSE = 5
"""Seconds for which a process does not ask Redis after a timeout, so that not every thread waits for it."""

_paused_until: dict[str, float] = {}

SUBSCRIBER_BITS = 64
"""Bits of an IPv6 address that identify a subscriber, who can change the other bits for every request."""


def client_address(request: HttpRequest | Request) -> str:
    """Return the address by which a request is counted: an IPv4 address, or the first address of an IPv6 network.

    Only the last ``PROXIES`` entries of ``X-Forwarded-For`` are trusted: each proxy of the site appends one. The client
    may have sent the entries before them.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    trusted = forwarded[-min(settings.PROXIES, len(forwarded))].strip() if settings.PROXIES else ""
    for address in (trusted, str(request.META.get("REMOTE_ADDR", ""))):
        try:
            return _address_or_network(ip_address(address))
        except ValueError:  # empty, or not an address
            continue
    return ""  # a local socket, without a proxy that sets the header


def _address_or_network(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((address.packed, SUBSCRIBER_BITS), strict=False).network_address)


class MovingWindowThrottle(SimpleRateThrottle):
    """Limits requests to ``rate`` in a moving window.

    Redis checks and counts in one step, so concurrent requests cannot exceed the limit. While Redis does not answer,
    requests pass uncounted instead of failing.
    """

    num_requests: int
    duration: int
    seconds: float | None = None

    def get_ident(self, request: Request | HttpRequest) -> str:
        """Return the address of the client, which identifies requests without an account."""
        return client_address(request)

    def allow_request(self, request: Request, view: APIView) -> bool:
        if self.rate is None or (client := self.get_cache_key(request, view)) is None:
            return True
        if time.monotonic() < _paused_until.get(settings.REDIS_URL, 0):
            return True
        rate = RateLimitItemPerSecond(self.num_requests, self.duration)
        try:
            limiter = _limiter(settings.REDIS_URL)
            if limiter.hit(rate, client):
                return True
            self.seconds = limiter.get_window_stats(rate, client).reset_time - time.time()
        except RedisError as error:
            _paused_until[settings.REDIS_URL] = time.monotonic() + PAUSE
            logger.warning("requests pass uncounted, Redis does not answer: %s", error)
            return True
        return False

    def wait(self) -> float | None:
        """Return the seconds until the client may send the next request."""
        return self.seconds


class ScopedThrottle(ScopedRateThrottle, MovingWindowThrottle):
    """Limits each account, or each address, to the rate of the view's ``throttle_scope``."""


class AddressThrottle(MovingWindowThrottle):
    """Limits each address to the rate of its ``scope``, whether the client is logged in or not."""

    def get_cache_key(self, request: Request | HttpRequest, view: object) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class MailAddressThrottle(MovingWindowThrottle):
    """Limits how often mail is asked for to one e-mail address, whoever asks."""

    scope = "link_to_address"

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def get_cache_key(self, request: Request | HttpRequest, view: object) -> str:
        return self.cache_format % {"scope": self.scope, "ident": sha256(self.address.encode()).hexdigest()}


class LinkRequestThrottle(AddressThrottle):
    scope = "link_request"


class LinkThrottle(AddressThrottle):
    scope = "account_link"


def require_under_the_rate(request: HttpRequest, *throttles: MovingWindowThrottle) -> None:
    """Count ``request``. Raises Throttled (429) if it is one too many for one of ``throttles``."""
    for throttle in throttles:
        if not throttle.allow_request(request, None):  # type: ignore[arg-type]
            raise Throttled(wait=throttle.wait())


@cache
def _limiter(url: str) -> MovingWindowRateLimiter:
    """Return the limiter that all processes share. Its connections are pooled, and reopened if Redis closed them."""
    connections = ConnectionPool.from_url(
        url, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT, retry=Retry(NoBackoff(), 1)
    )
    return MovingWindowRateLimiter(RedisStorage(url, connection_pool=connections))
