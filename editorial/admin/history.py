"""Read-only history pages: who changed what, when and why.

They respond to GET and HEAD, and refuse every other method with 403. The number of queries depends on the model, not on
the length of the history.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Field, ForeignKey
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst

from editorial.admin.formatting import NOTHING, admin_url, moment
from editorial.admin.model_admin import BaseAdmin

PER_PAGE = 50
MAX_SHOWN = 2000
"""Characters of a value that the list of changes shows; the page of the record at that time shows all."""

KINDS = {"+": "created", "~": "changed", "-": "removed"}
Names = dict[str, dict[Any, str]]


@dataclass(frozen=True)
class FieldChange:
    """The value of one field before and after a change."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class HistoryEntry:
    """One row of the history, as the page shows it."""

    record: Any
    kind: str
    changes: Sequence[FieldChange]


class HistoryPages(BaseAdmin):
    """Adds the read-only pages ``…/history/`` and ``…/history/<id>/`` to the pages of a record."""

    def may_read_history(self, request: HttpRequest, record: Any) -> bool:
        return self.has_view_permission(request, record)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_history_record"
        view = self.admin_site.admin_view(self.historical_record_view)
        return [path("<path:object_id>/history/<int:history_id>/", view, name=name), *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the history, newest first, each row with the fields that it changed."""
        record = self._readable(request, object_id)
        if record is None:
            return self.unseen(request, object_id)
        if not hasattr(self.model, "history"):
            return self._history_page(request, record, "admin/ground/history.html", {"written_once": True})
        page = Paginator(_rows(record), PER_PAGE).get_page(request.GET.get("p"))
        older = _rows(record)[page.end_index() : page.end_index() + 1]
        page_entries = history_entries([*page.object_list, *older])[: len(page.object_list)]
        context = {"page": page, "entries": page_entries, **(extra_context or {})}
        return self._history_page(request, record, "admin/ground/history.html", context)

    def historical_record_view(self, request: HttpRequest, object_id: str, history_id: int) -> HttpResponse:
        """Show the record as it was after one change."""
        record = self._readable(request, object_id)
        rows = _rows(record) if record is not None and hasattr(self.model, "history") else None
        shown_row = rows.filter(history_id=history_id).first() if rows is not None else None
        if rows is None or shown_row is None:
            raise Http404
        before = rows.filter(history_id__lt=history_id).first()
        names = foreign_key_names([shown_row])
        fields = [(_label(field), display_value(field, shown_row, names)) for field in _fields(shown_row)]
        entry = history_entries([row for row in (shown_row, before) if row is not None])[0]
        context = {"entry": entry, "fields": fields, "list_url": self._history_url(record)}
        return self._history_page(request, record, "admin/ground/historical_record.html", context)

    def _readable(self, request: HttpRequest, object_id: str) -> Any:
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("History is read, never written.")
        if not self.has_view_permission(request):
            raise PermissionDenied("You may not read this.")
        record = self.get_object(request, object_id)
        if record is not None and not self.may_read_history(request, record):
            raise PermissionDenied("You may not read this history now.")
        return record

    def _history_url(self, record: Any) -> str:
        return admin_url(self.model, "history", record.pk)

    def _history_page(
        self, request: HttpRequest, record: object, template: str, context: dict[str, Any]
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        about = {"opts": self.opts, "object": record, "title": f"History of {record}"}
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **about, **context})


def _rows(record: Any) -> Any:
    return record.history.select_related("history_user").order_by("-history_id")


def history_entries(rows: Sequence[Any]) -> list[HistoryEntry]:
    """Return the rows of one record, newest first, each with its changes since the next older row in ``rows``."""
    names = foreign_key_names(rows)
    older: Iterable[Any] = [*rows[1:], None]
    return [
        HistoryEntry(row, KINDS[row.history_type], _changes(row, before, names))
        for row, before in zip(rows, older, strict=True)
    ]


def _changes(row: Any, before: Any, names: Names) -> list[FieldChange]:
    if before is None or row.history_type != "~":
        return []
    return [
        FieldChange(
            _label(field), *_changed_lines(display_value(field, before, names), display_value(field, row, names))
        )
        for field in _fields(row)
        if getattr(row, field.attname) != getattr(before, field.attname)
    ]


def _fields(row: Any) -> Iterator[Field]:
    return (field for field in row.tracked_fields if not field.primary_key)


def _label(field: Field) -> str:
    return str(field.verbose_name)


def foreign_key_names(rows: Sequence[object]) -> Names:
    """Return the names of the records that foreign keys in ``rows`` point to, by column. One query for each column."""
    names: Names = {}
    for field in _fields(rows[0]) if rows else ():
        if isinstance(field, ForeignKey):
            ids = {getattr(row, field.attname) for row in rows} - {None}
            records = field.related_model._base_manager.select_related().in_bulk(ids) if ids else {}
            names[field.attname] = {pk: str(record) for pk, record in records.items()}
    return names


def display_value(field: Field, row: object, names: Names) -> str:
    """Return the value of ``field`` in ``row`` as text for people."""
    value = getattr(row, field.attname)
    if value in (None, "", []):
        return NOTHING
    if field.attname in names:
        return names[field.attname].get(value, str(value))
    labels = dict(field.flatchoices)
    return capfirst(str(labels[value])) if labels and value in labels else _value_text(value)


def _value_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _changed_lines(before: str, after: str) -> tuple[str, str]:
    """Return both texts without the lines that are equal at their beginning and end."""
    old, new = before.split("\n"), after.split("\n")
    head = _common_prefix_length(old, new)
    tail = _common_prefix_length(old[head:][::-1], new[head:][::-1])
    return _lines_between(old, head, tail), _lines_between(new, head, tail)


def _common_prefix_length(first: list[str], second: list[str]) -> int:
    return next(
        (index for index, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(second)),
    )


def _lines_between(lines: list[str], head: int, tail: int) -> str:
    middle = "\n".join(lines[head : len(lines) - tail])
    shortened = middle[:MAX_SHOWN] + ("…" if len(middle) > MAX_SHOWN else "")
    return ("…\n" if head else "") + shortened + ("\n…" if tail else "")
