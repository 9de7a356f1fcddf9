"""Helpers for tests of the REST API, with the checks that apply to every refusal."""

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
    """Return an API client of ``user``, or an anonymous one."""
    known = APIClient()
    if user:
        known.force_authenticate(user)
    return known


def refused(response: HttpResponse, status: int, *, code: str = "", pointer: str | None = None) -> dict[str, Any]:
    """Check that ``response`` has the format of every refusal, and return its problem document."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "errors", "request_id"}
    assert problem["status"] == status
    assert not code or problem["code"] == code, problem
    assert pointer is None or pointer in {error["pointer"] for error in problem["errors"]}, problem
    return problem


def rows() -> dict[str, int]:
    """Return the number of rows in each of the project's tables, history included."""
    tables = sorted({model._meta.db_table for label in OURS for model in apps.get_app_config(label).get_models()})
    counts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return dict(cursor.fetchall())


@contextmanager
def nothing_stored() -> Iterator[None]:
    """Check that the block leaves the number of rows in every table unchanged."""
    before = rows()
    yield
    assert rows() == before


def action(shown: dict[str, Any], name: str) -> dict[str, Any]:
    """Return one of the ``allowed_actions`` of a record in a response."""
    return next(offer for offer in shown["allowed_actions"] if offer["action"] == name)
