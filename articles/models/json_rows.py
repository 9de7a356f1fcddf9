"""Rows of other tables that come along with a row, in the same query."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet, Subquery
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)


def rows(found: QuerySet[Any], *columns: str) -> ArraySubquery:
    """These columns of all that is ``found``, in its order; those of a row that it names stand as ``work__doi``."""
    return ArraySubquery(found.values(row=_object(columns)))


def first(found: QuerySet[Any], *columns: str) -> Subquery:
    """The same of the first row, or None."""
    return Subquery(found.values(row=_object(columns))[:1])


def _object(columns: tuple[str, ...]) -> JSONObject:
    return JSONObject(**{column: column for column in columns})


def made(model: type[M], told: Mapping[str, Any], *, prefix: str = "") -> M:
    """Such a row as a ``model`` again, out of the columns that begin with ``prefix``.

    Columns that it lacks are read when they are asked for.
    """
    fields = [field for field in model._meta.concrete_fields if prefix + field.attname in told]
    values = [field.to_python(told[prefix + field.attname]) for field in fields]
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in fields], values)
