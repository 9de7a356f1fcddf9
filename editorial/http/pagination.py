"""Keyset pagination: the time for a page does not depend on its position in the list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.core.exceptions import ImproperlyConfigured
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from editorial.record.canonical_json import JSONDict

MAX_PAGE_SIZE = 100


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after the row with these values of the ordering columns, or, with ``back``, before it."""

    position: list[str]
    back: bool


class KeysetPagination(BasePagination):
    """Pages of a view's list, linked by cursors in the body and in a ``Link`` header (RFC 8288).

    The order is the view's ``keyset_ordering``: a tuple of columns that are never NULL. It ends in the primary key, so
    the order is total. Adding or removing a row moves no other row to another page. Raises ValidationError (422) for a
    wrong ``page_size`` or ``cursor``; cursors are signed and valid for this order only.
    """

    def paginate_queryset(
        self, queryset: Any, request: HttpRequest | Request, view: APIView | None = None
    ) -> list[Any]:
        """Return the rows of the requested page, in one query."""
        self.open(request, ordering=total_order(view, queryset))
        order = [_reversed(column) for column in self.ordering] if self.back else self.ordering
        if self.cursor is not None:
            queryset = queryset.filter(_after(order, self.cursor.position))
        return self.select_page(list(queryset.order_by(*order)[: self.size + 1]))

    def open(self, request: HttpRequest | Request, *, ordering: tuple[str, ...], of: str = "") -> None:
        """Read which page is requested: ``size`` rows in the order ``ordering``, from ``cursor`` on, or ``back``.

        ``of`` identifies the list; cursors of a list with another ``of`` are refused.
        """
        self.ordering, self.of, self.address = ordering, of, request.build_absolute_uri()
        self.size, self.cursor = page_size(request), self._sent_cursor(request)
        self.back = self.cursor is not None and self.cursor.back

    def select_page(self, rows: list[Any]) -> list[Any]:
        """Return the page and set its neighbours, from ``rows`` after the cursor: up to one more than the page size."""
        has_more = len(rows) > self.size
        page = rows[: self.size][:: -1 if self.back else 1]
        self.next = self._link(page[-1], back=False) if page and (self.back or has_more) else None
        has_previous = has_more if self.back else self.cursor
        self.previous = self._link(page[0], back=True) if page and has_previous else None
        return page

    def get_paginated_response(self, data: Any) -> Response:
        """Return the page as a response, with its neighbours also in a ``Link`` header."""
        return Response(self.body(data), headers=self.links())

    def body(self, data: Any) -> JSONDict:
        """Return the body of the page: its rows, and the addresses of its neighbours."""
        return {"results": data, "next": self.next, "previous": self.previous}

    def links(self) -> dict[str, str]:
        """Return the ``Link`` header with the neighbours of the page; empty if it has none."""
        neighbours = {"next": self.next, "prev": self.previous}
        links = ", ".join(f'<{address}>; rel="{name}"' for name, address in neighbours.items() if address)
        return {"Link": links} if links else {}

    def _sent_cursor(self, request: HttpRequest | Request) -> Cursor | None:
        value = request.GET.get("cursor")
        if value is None:
            return None
        try:
            back, *position = self._signer.unsign_object(value)
        except BadSignature as error:
            raise _invalid("cursor", "This cursor is not one of ours, or belongs to another list.") from error
        return Cursor(position=position, back=bool(back))

    def _link(self, row: object, *, back: bool) -> str:
        names = [column.removeprefix("-") for column in self.ordering]
        position = [str(row[name] if isinstance(row, Mapping) else getattr(row, name)) for name in names]
        return replace_query_param(self.address, "cursor", self._signer.sign_object([int(back), *position]))

    @property
    def _signer(self) -> Signer:
        return Signer(salt=f"cursor:{','.join(self.ordering)}{self.of}")

    def get_paginated_response_schema(self, schema: JSONDict) -> JSONDict:
        """Return the OpenAPI 3.1 schema of a page whose rows have ``schema``."""
        neighbour = {"type": ["string", "null"], "format": "uri"}
        properties = {"results": schema, "next": neighbour, "previous": neighbour}
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, object]]:
        """Return the query parameters of every list, in OpenAPI."""
        default = api_settings.PAGE_SIZE
        size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": default}
        return [
            _parameter("cursor", "The start of the page, from the `next` or `previous` link.", {"type": "string"}),
            _parameter("page_size", "Maximum number of rows on a page.", size),
        ]


def total_order(view: APIView | None, queryset: QuerySet[Any]) -> tuple[str, ...]:
    """Return the view's ``keyset_ordering``; raise ImproperlyConfigured if it does not end in the primary key."""
    ordering: tuple[str, ...] = getattr(view, "keyset_ordering", ())
    key = queryset.model._meta.pk.name
    if not ordering or ordering[-1].removeprefix("-") not in {"pk", key}:
        raise ImproperlyConfigured(f"{view!r}: keyset_ordering must end in the primary key.")
    return ordering


def page_size(request: HttpRequest | Request) -> int:
    """Return the requested page size, or the default; raise ValidationError (422) if it is invalid."""
    value = request.GET.get("page_size")
    if value is None:
        return cast(int, api_settings.PAGE_SIZE)
    if not (value.isascii() and value.isdecimal() and len(value) <= 3 and 1 <= int(value) <= MAX_PAGE_SIZE):
        raise _invalid("page_size", f"A whole number from 1 to {MAX_PAGE_SIZE}.")
    return int(value)


def _after(order: Sequence[str], position: Sequence[str]) -> Q:
    """Return the condition for rows after ``position``: greater in the first column, or equal and greater in the next.

    The bound on the first column is redundant, but lets PostgreSQL start at that place of an index.
    """
    first = order[0]
    bound = Q(**{f"{first.removeprefix('-')}__{'lte' if first.startswith('-') else 'gte'}": position[0]})
    return bound & Q(*_steps(order, position), _connector=Q.OR)


def _steps(order: Sequence[str], position: Sequence[str]) -> Iterator[Q]:
    equal: dict[str, str] = {}
    for column, value in zip(order, position, strict=True):
        name = column.removeprefix("-")
        yield Q(**equal, **{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
        equal[name] = value


def _reversed(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def _invalid(parameter: str, message: str) -> ValidationError:
    return ValidationError({parameter: [ErrorDetail(message, code="invalid")]})


def _parameter(name: str, description: str, schema: JSONDict) -> JSONDict:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
