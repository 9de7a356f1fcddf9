"""How often readers, who need no account, may send us something."""

from django.http import HttpRequest
from rest_framework.exceptions import Throttled

from editorial.http.throttling import ByAddress


class ReaderPostThrottle(ByAddress):
    """Questions and reports together, over API and page, counted by address."""

    scope = "reader_post"


class SearchThrottle(ByAddress):
    """Searches, which cost more than reading what a cache may hold."""

    scope = "search"


def require_under_the_rate(request: HttpRequest, throttle: ByAddress) -> None:
    """Raise Throttled (429) when the reader's address has sent too much."""
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]
        raise Throttled(wait=throttle.wait())
