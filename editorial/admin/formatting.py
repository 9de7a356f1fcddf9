"""How values look in the admin: state chips, links, moments."""

from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

NOTHING = "-"


def chip(tone: str, words: object) -> SafeString:
    """``words`` as a chip. The tone only colours it; the words say it."""
    return format_html('<span class="chip chip-{}">{}</span>', tone, words)


def state_chip(record: Any) -> SafeString:
    """The state of a record with a life cycle."""
    return chip(record.state.replace("_", "-"), record.get_state_display().capitalize())


def link(record: Model, words: object = "") -> SafeString:
    """A link to the page of ``record``."""
    return format_html('<a href="{}">{}</a>', address(record), words or record)


def address(record: Model) -> str:
    """Where in the admin ``record`` is."""
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])


def moment(value: datetime | None) -> str:
    """Day and time as people here read them, never broken over lines."""
    return _unbroken(value, "%b %Y, %H:%M") if value else NOTHING


def day(value: date | None) -> str:
    return _unbroken(value, "%b %Y") if value else NOTHING


def _unbroken(value: date, form: str) -> str:
    """The day, a moment's on the site, then ``form``. Django's own format takes most of the time of a page with 300."""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{local.day} {local.strftime(form)}".replace(" ", "\N{NO-BREAK SPACE}")


def shortened(text: str, length: int = 100) -> str:
    """The first ``length`` characters of ``text`` on one line."""
    line = " ".join(text[: length * 4].split())
    return line if len(line) <= length else f"{line[:length].rstrip()}…"
