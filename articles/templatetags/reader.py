"""What the reader's pages need beside the reader's document."""

import json
from datetime import UTC, datetime
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from articles.reading import wording

register = template.Library()

_IN_A_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def site_name() -> str:
    return settings.SITE_NAME


@register.filter
def day(moment: str | datetime) -> SafeString:
    """A time, perhaps as it stands in the reader's document, as a day in UTC, readable for programs too.

    What is a day already stays that day, whatever the time zone of the site.
    """
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return format_html('<time datetime="{}">{}</time>', wording.utc(found), wording.day(found))


@register.filter
def minute(moment: datetime) -> SafeString:
    """A time to the minute, in UTC."""
    found = moment.astimezone(UTC)
    words = f"{wording.day(found)}, {found:%H:%M} UTC"
    return format_html('<time datetime="{}">{}</time>', wording.utc(found), words)


@register.filter
def json_for_script(value: Any) -> SafeString:
    """``value`` as JSON that no browser takes for the end of the script element around it."""
    return mark_safe(json.dumps(value, ensure_ascii=False).translate(_IN_A_SCRIPT))  # noqa: S308 - escaped above
