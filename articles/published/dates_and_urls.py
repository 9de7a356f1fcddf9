"""Times and addresses as readers are given them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import overload

from django.conf import settings
from django.urls import reverse

NOT_FOR_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Everything outside of what XML 1.0, section 2.2, calls Char."""


@overload
def utc(moment: datetime) -> str: ...
@overload
def utc(moment: None) -> None: ...
def utc(moment: datetime | None) -> str | None:
    """``moment`` as RFC 3339 in UTC, to the second: ``2026-03-02T09:00:00Z``."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(moment: datetime | None) -> str:
    """The day of ``moment`` in words, in UTC like every time that readers are given: ``2 March 2026``."""
    if moment is None:
        return ""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y}"


def printable(text: str) -> str:
    """``text`` without the characters that no XML may hold, a space in place of each."""
    return NOT_FOR_XML.sub(" ", text)


def address(name: str, *args: object, audience: str = "") -> str:
    """The absolute address of a page or endpoint; it does not depend on how it was asked for."""
    return f"{settings.SITE_URL}{_path(name, args)}" + (f"?audience={audience}" if audience else "")


@lru_cache(maxsize=10_000)
def _path(name: str, args: Sequence[object]) -> str:
    """A page of what was found has forty of them, and finding them takes less time than reversing that many."""
    return reverse(name, args=args)
