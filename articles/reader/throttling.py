"""Rate limits for readers, who need no account."""

from editorial.http.throttling import AddressThrottle


class ReaderPostThrottle(AddressThrottle):
    """Questions and reports together, in API and pages, counted by IP address."""

    scope = "reader_post"


class SearchThrottle(AddressThrottle):
    """Searches, which cost more than reading a cached document."""

    scope = "search"
