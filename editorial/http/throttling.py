"""Counting how often somebody asks. The counts live in Redis; the site works without it."""

import logging

from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle, SimpleRateThrottle
from rest_framework.views import APIView

logger = logging.getLogger(__name__)


class UncountedWithoutRedis(SimpleRateThrottle):
    """While Redis does not answer, requests pass uncounted instead of failing."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return super().allow_request(request, view)
        except RedisError as error:
            logger.warning("requests pass uncounted, Redis does not answer: %s", error)
            return True


class ScopedThrottle(UncountedWithoutRedis, ScopedRateThrottle):
    """At the rate of the view's ``throttle_scope``."""
