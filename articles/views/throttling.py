"""How often readers, who need no account, may send us something."""

from editorial.http.throttling import ByAddress


class ReaderPostThrottle(ByAddress):
    """Questions and reports together, over API and page, counted by address."""

    scope = "reader_post"


class SearchThrottle(ByAddress):
    """Searches, which cost more than reading what a cache may hold."""

    scope = "search"
