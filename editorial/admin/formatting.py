"""Format values for the admin: state chips, links, dates and times."""

from datetime import date, datetime

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

NOTHING = "-"


def link(record: Model, words: object = "") -> SafeString:
    """Return a link to the admin page of ``record``."""
    return format_html('<a href="{}">{}</a>', address(record), words or record)


def address(record: Model) -> str:
    """Return the address of the admin page of ``record``."""
    return admin_url(record, "change", record.pk)


def admin_url(model: Model | type[Model], page: str, *args: object) -> str:
    """Return the address of a page that the admin has for each model: ``changelist``, ``add``, ``history``, ``do``, …

    ``args`` are those of its path. A page that one model alone has is written out where it is linked.
    """
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def moment(value: datetime | None) -> str:
    """Return date and time in the site's time zone, without line breaks."""
    return _without_breaks(value, "%b %Y, %H:%M") if value else NOTHING


def short_date(value: date | None) -> str:
    return _without_breaks(value, "%b %Y") if value else NOTHING


def _without_breaks(value: date, form: str) -> str:
    """Return the day of the month, then ``form``, in the site's time zone and without line breaks.

    ``strftime`` is used because Django's date format would take most of the time of a page with 300 dates.
    """
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{local.day} {local.strftime(form)}".replace(" ", "\N{NO-BREAK SPACE}")


def shortened(text: str, length: int = 100) -> str:
    """Return the first ``length`` characters of ``text`` on one line."""
    line = " ".join(text[: length * 4].split())
    return line if len(line) <= length else f"{line[:length].rstrip()}…"
