"""Template tags for readers' pages."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from articles.published import dates_and_urls, works

register = template.Library()

_IN_A_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def site_name() -> str:
    return settings.SITE_NAME


@register.filter(name="day")
def day_html(moment: str | datetime) -> SafeString:
    """Render a time, or its ISO form from a document, as a day in UTC in a ``time`` element.

    A date without a time stays that day, whatever the site's time zone.
    """
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return format_html('<time datetime="{}">{}</time>', dates_and_urls.utc(when), dates_and_urls.day(when))


@register.filter
def minute(moment: datetime) -> SafeString:
    """Render a time to the minute, in UTC."""
    when = moment.astimezone(UTC)
    words = f"{dates_and_urls.day(when)}, {when:%H:%M} UTC"
    return format_html('<time datetime="{}">{}</time>', dates_and_urls.utc(when), words)


@register.filter
def checked_on(references: Iterable[Mapping[str, object]]) -> str | None:
    """The day on which most works of a document were checked for retractions; None if none was."""
    return works.checked_on_of(references)


@register.filter
def retraction_note(retraction: Mapping[str, object], checked: str | None) -> SafeString:
    """Render the note beside a work; ``checked`` is the day that the sentence above the list gives."""
    words, as_of = works.retraction_note(retraction, checked=checked)
    return format_html("{} {}", words, day_html(as_of)) if as_of else SafeString(words)


@register.filter
def json_for_script(value: object) -> SafeString:
    """Render ``value`` as JSON that cannot end the script element around it."""
    return mark_safe(json.dumps(value, ensure_ascii=False).translate(_IN_A_SCRIPT))  # noqa: S308 - escaped above
