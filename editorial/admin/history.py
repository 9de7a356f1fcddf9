"""Read-only history pages: who changed what, when and why.

They answer GET and HEAD and refuse everything else with 403. The number of queries depends on the model, not on how
much history there is.
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
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst

from editorial.admin.ground import HouseAdmin
from editorial.admin.showing import NOTHING, moment

PER_PAGE = 50
SHOWN = 2000
"""Characters of a value shown in a list of changes; the page of the record at that time shows all."""

KINDS = {"+": "created", "~": "changed", "-": "removed"}
Names = dict[str, dict[Any, str]]


@dataclass(frozen=True)
class Change:
    """One field before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One row of history as it is shown."""

    record: Any
    kind: str
    changes: Sequence[Change]


class HistoryPages(HouseAdmin):
    """Adds ``…/history/`` and ``…/history/<id>/`` to a page; only GET and HEAD pass."""

    def may_read_history(self, request: HttpRequest, record: Any) -> bool:
        return self.has_view_permission(request, record)

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_history_record"
        view = self.admin_site.admin_view(self.historical_record_view)
        return [path("<path:object_id>/history/<int:history_id>/", view, name=name), *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, newest first, with what each change changed."""
        record = self._readable(request, object_id)
        if record is None:
            return self.unseen(request, object_id)
        if not hasattr(self.model, "history"):
            return self._history_page(request, record, "admin/ground/history.html", {"written_once": True})
        page = Paginator(_rows(record), PER_PAGE).get_page(request.GET.get("p"))
        older = _rows(record)[page.end_index() : page.end_index() + 1]
        shown = entries([*page.object_list, *older])[: len(page.object_list)]
        context = {"page": page, "entries": shown, **(extra_context or {})}
        return self._history_page(request, record, "admin/ground/history.html", context)

    def historical_record_view(self, request: HttpRequest, object_id: str, history_id: int) -> HttpResponse:
        """The record as it was after one change."""
        record = self._readable(request, object_id)
        rows = _rows(record) if record is not None and hasattr(self.model, "history") else None
        then = rows.filter(history_id=history_id).first() if rows is not None else None
        if rows is None or then is None:
            raise Http404
        before = rows.filter(history_id__lt=history_id).first()
        values = named([then])
        fields = [(_label(field), shown(field, then, values)) for field in _fields(then)]
        entry = entries([row for row in (then, before) if row is not None])[0]
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
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=[record.pk])

    def _history_page(
        self, request: HttpRequest, record: Any, template: str, context: dict[str, Any]
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        about = {"opts": self.opts, "object": record, "title": f"History of {record}"}
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **about, **context})


def _rows(record: Any) -> Any:
    return record.history.select_related("history_user").order_by("-history_id")


def entries(rows: Sequence[Any]) -> list[Entry]:
    """Rows of one record, newest first, each with its difference from the next older one given."""
    names = named(rows)
    older: Iterable[Any] = [*rows[1:], None]
    return [
        Entry(row, KINDS[row.history_type], _changes(row, before, names))
        for row, before in zip(rows, older, strict=True)
    ]


def _changes(row: Any, before: Any, names: Names) -> list[Change]:
    if before is None or row.history_type != "~":
        return []
    return [
        Change(_label(field), *_cut(shown(field, before, names), shown(field, row, names)))
        for field in _fields(row)
        if getattr(row, field.attname) != getattr(before, field.attname)
    ]


def _fields(row: Any) -> Iterator[Field]:
    return (field for field in row.tracked_fields if not field.primary_key)


def _label(field: Field) -> str:
    return str(field.verbose_name)


def named(rows: Sequence[Any]) -> Names:
    """Names of what the foreign keys in ``rows`` point to: one query for each key that changes or is shown."""
    found: Names = {}
    for field in _fields(rows[0]) if rows else ():
        if isinstance(field, ForeignKey):
            ids = {getattr(row, field.attname) for row in rows} - {None}
            found[field.attname] = _names(field.related_model, ids) if ids else {}
    return found


def _names(model: Any, ids: set[Any]) -> dict[Any, str]:
    return {pk: str(record) for pk, record in model._base_manager.select_related().in_bulk(ids).items()}


def shown(field: Field, row: Any, names: Names) -> str:
    """The value of ``field`` in ``row`` as text for people."""
    value = getattr(row, field.attname)
    if value in (None, "", []):
        return NOTHING
    if field.attname in names:
        return names[field.attname].get(value, str(value))
    labels = dict(field.flatchoices)
    return capfirst(str(labels[value])) if labels and value in labels else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _cut(before: str, after: str) -> tuple[str, str]:
    """Two texts without the lines that they begin and end with alike, so that the change itself is seen."""
    old, new = before.split("\n"), after.split("\n")
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    return _middle(old, head, tail), _middle(new, head, tail)


def _alike(one: list[str], other: list[str]) -> int:
    return next(
        (index for index, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def _middle(lines: list[str], head: int, tail: int) -> str:
    middle = "\n".join(lines[head : len(lines) - tail])
    cut = middle[:SHOWN] + ("…" if len(middle) > SHOWN else "")
    return ("…\n" if head else "") + cut + ("\n…" if tail else "")
