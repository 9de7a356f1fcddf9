"""How many mails the site sends in a minute, counted in Redis for all workers together."""

from functools import cache

from django.conf import settings
from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from editorial.mail.circuit_breaker import address

TIMEOUT = 1
"""Seconds that Redis may take to answer."""


def allows_one() -> bool:
    """Count one mail and return True, or return False if ``MAILS_PER_MINUTE`` were sent within the last minute."""
    if not settings.MAILS_PER_MINUTE:
        return True
    return _limiter(settings.REDIS_URL).hit(RateLimitItemPerMinute(settings.MAILS_PER_MINUTE), address())


@cache
def _limiter(url: str) -> MovingWindowRateLimiter:
    return MovingWindowRateLimiter(RedisStorage(url, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT))
