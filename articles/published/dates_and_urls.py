"""Format times and URLs for readers."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import overload

from django.conf import settings
from django.urls import reverse

NOT_FOR_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Every character that is not a Char of XML 1.0, section 2.2."""


@overload
def utc(moment: datetime) -> str: ...
@overload
def utc(moment: None) -> None: ...
def utc(moment: datetime | None) -> str | None:
    """Return ``moment`` as RFC 3339 in UTC, to the second: ``2026-03-02T09:00:00Z``."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(moment: datetime | None) -> str:
    """Return the day of ``moment`` in words: ``2 March 2026``. It is in UTC, as every time that readers see."""
    if moment is None:
        return ""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y}"


def printable(text: str) -> str:
    """Return ``text`` with a space in place of each character that XML does not allow."""
    return NOT_FOR_XML.sub(" ", text)


def address(name: str, *args: object, audience: str = "") -> str:
    """Return the absolute URL of a page or endpoint. It does not depend on the request."""
    return f"{settings.SITE_URL}{_path(name, args)}" + (f"?audience={audience}" if audience else "")


@lru_cache(maxsize=10_000)
def _path(name: str, args: Sequence[object]) -> str:
    """Return the path of a page or endpoint, cached.

    A page of search results has forty of them. To reverse that many takes longer than the search.
    """
    return reverse(name, args=args)
