"""Times and addresses as readers are given them."""

from datetime import UTC, datetime
from typing import overload

from django.conf import settings
from django.urls import reverse


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


def address(name: str, *args: object, audience: str = "") -> str:
    """The absolute address of a page or endpoint; it does not depend on how it was asked for."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}" + (f"?audience={audience}" if audience else "")
