"""How often readers, who need no account, may send us something."""

from django.http import HttpRequest
from rest_framework.request import Request

from editorial.http.throttling import UncountedWithoutRedis


class ReaderPostThrottle(UncountedWithoutRedis):
    """Questions and reports together, over API and page, counted by address."""

    scope = "reader_post"

    def get_cache_key(self, request: Request | HttpRequest, view: object) -> str:  # noqa: ARG002 - the base's signature
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}  # type: ignore[arg-type]
