"""Times and addresses as readers are given them."""

import re
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


def day_of(written: str | None) -> str:
    """The day, in words, of a moment or day that is written as in a document; empty for none."""
    return day(datetime.fromisoformat(written).replace(tzinfo=UTC)) if written else ""


NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write, escaped or not (section 2.2)."""


def xml_text(words: str) -> str:
    """``words`` with a space for each character that cannot stand in XML."""
    return NOT_XML.sub(" ", words)
