"""Related rows that are fetched as JSON together with a row, in the same query."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet, Subquery
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


def rows(queryset: QuerySet[Any], *columns: str) -> ArraySubquery:
    """Return these columns of all rows of ``queryset``, in its order.

    Columns of a related row are named like ``work__doi``.
    """
    return ArraySubquery(queryset.values(row=_object(columns)))


def first(queryset: QuerySet[Any], *columns: str) -> Subquery:
    """As ``rows``, for the first row only; NULL if there is none."""
    return Subquery(queryset.values(row=_object(columns))[:1])


def _object(columns: tuple[str, ...]) -> JSONObject:
    return JSONObject(**{column: column for column in columns})


def instance_from_row(model: type[M], row: Mapping[str, object], *, prefix: str = "") -> M:
    """Build an instance of ``model`` from the columns of a JSON row that begin with ``prefix``.

    Columns that the row lacks are deferred: Django queries them on access.
    """
    fields = [field for field in model._meta.concrete_fields if prefix + field.attname in row]
    values = [field.to_python(row[prefix + field.attname]) for field in fields]
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in fields], values)
