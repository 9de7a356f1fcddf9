"""Counting how often somebody asks. The counts live in Redis; the site works without it."""

import logging

from django.http import HttpRequest
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


class ByAddress(UncountedWithoutRedis):
    """Whoever asks, counted by where they ask from, at the rate of its ``scope``."""

    def get_cache_key(self, request: Request | HttpRequest, view: object) -> str:  # noqa: ARG002 - the base's signature
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}  # type: ignore[arg-type]
