"""The request headers ``If-Match``, ``If-None-Match`` and ``If-Modified-Since`` (RFC 9110, section 13)."""

import re
from datetime import datetime

from django.http import HttpRequest
from django.utils.http import parse_http_date_safe
from rest_framework.request import Request

from editorial.exceptions import Malformed, PreconditionRequired
from editorial.http.etags import Expectation

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
# A list may have empty members, which are ignored (section 5.6.1).
_LIST = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")


def _read_tags(header: str) -> list[str] | None:
    """Return the entity tags in a header, weak ones with their ``W/``; None if it is not a list of tags."""
    return re.findall(_TAG, header) if _LIST.fullmatch(header) else None


def expected(request: HttpRequest | Request, *, required: bool = True) -> Expectation | None:
    """Return the states that ``If-Match`` accepts; an action checks them under its lock.

    Returns None if the header is missing and not required. A weak tag is parsed but matches nothing.
    Raises PreconditionRequired (428) if a required header is missing, and Malformed (400) if it cannot be parsed.
    """
    header = request.headers.get("If-Match")
    if header is None:
        if required:
            raise PreconditionRequired("Send If-Match with the ETag of what you last read.")
        return None
    if header.strip() == "*":
        return Expectation(anything=True)
    tags = _read_tags(header)
    if tags is None:
        raise Malformed('If-Match is a list of quoted entity tags, like "33a64df5", or *.', code="malformed_if_match")
    return Expectation(tags=frozenset(tag for tag in tags if not tag.startswith("W/")))


def not_modified(request: HttpRequest | Request, *, etag: str, last_modified: datetime | None = None) -> bool:
    """Return whether the sender already has this state, so that a GET or HEAD is answered with 304.

    ``If-None-Match`` is compared weakly and takes precedence; ``If-Modified-Since`` counts in whole seconds. A header
    that cannot be parsed is ignored, because the full response is always correct.
    """
    header = request.headers.get("If-None-Match")
    if header is not None:
        known = [tag.removeprefix("W/") for tag in _read_tags(header) or []]
        return header.strip() == "*" or etag.removeprefix("W/") in known
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and last_modified is not None and int(last_modified.timestamp()) <= since
