"""Rate limits for readers, who need no account."""

from django.http import HttpRequest
from rest_framework.exceptions import Throttled

from editorial.http.throttling import AddressThrottle


class ReaderPostThrottle(AddressThrottle):
    """Questions and reports together, in API and pages, counted by IP address."""

    scope = "reader_post"


class SearchThrottle(AddressThrottle):
    """Searches, which cost more than reading a cached document."""

    scope = "search"


def require_under_the_rate(request: HttpRequest, throttle: AddressThrottle) -> None:
    """Raise Throttled (429) if the reader's address has sent too much."""
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]
        raise Throttled(wait=throttle.wait())
