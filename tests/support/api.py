"""How tests speak with the REST API, and what they hold every refusal to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from rest_framework.test import APIClient

from editorial.models import User

OURS = ("editorial", "articles", "reviews")


def client(user: User | None = None) -> APIClient:
    """Somebody's client, or a stranger's."""
    known = APIClient()
    if user:
        known.force_authenticate(user)
    return known


def refused(response: HttpResponse, status: int, *, code: str = "", pointer: str | None = None) -> dict[str, Any]:
    """The problem that was answered, with the shape that every refusal has."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "errors", "request_id"}
    assert problem["status"] == status
    assert not code or problem["code"] == code, problem
    assert pointer is None or pointer in {error["pointer"] for error in problem["errors"]}, problem
    return problem


def rows() -> dict[str, int]:
    """How many rows there are in each of our tables, history included."""
    tables = sorted({model._meta.db_table for label in OURS for model in apps.get_app_config(label).get_models()})
    counts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())


@contextmanager
def nothing_stored() -> Iterator[None]:
    """Whatever happens inside leaves no row behind."""
    before = rows()
    yield
    assert rows() == before


def action(shown: dict[str, Any], name: str) -> dict[str, Any]:
    """One of the ``allowed_actions`` of a record as it was answered."""
    return next(offer for offer in shown["allowed_actions"] if offer["action"] == name)
