"""Every operation of the API that needs an account needs a scope, too, and a token without it is refused."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from config.api_scopes import SCOPES
from editorial.http.scopes import HasScope, scope_of, url_name
from editorial.models import ApiToken, Scope
from tests.e2e.test_api_roles import operations
from tests.support.api import client, refused

pytestmark = pytest.mark.django_db

PUBLIC = {
    "GET articles/",
    "GET articles/<slug:slug>/",
    "GET articles/<slug:slug>.<str:suffix>",
    "GET articles/<slug:slug>/history/",
    "POST articles/<slug:slug>/questions/",
    "POST articles/<slug:slug>/reports/",
    "GET search/",
    "GET policy/",
    "GET policy/<int:number>/",
    "GET board/",
    "GET audiences/",
    "GET schema/",
    "GET docs/",
    "POST tokens/",
}
"""Operations that need no account, and read no token."""

EXAMPLES = {"int": "1", "slug": "a", "str": "a", "path": "a", "uuid": "00000000-0000-0000-0000-000000000000"}


def protected() -> Iterator[tuple[str, str]]:
    """Yield method and address of every operation that needs an account."""
    for operation in sorted(set(operations(get_resolver("config.api"))) - PUBLIC):
        method, route = operation.split()
        yield method, "/api/v1/" + re.sub(r"<(\w+):\w+>", lambda found: EXAMPLES[found[1]], route)


def bearer(user, *scopes: str) -> APIClient:
    _token, secret = ApiToken.objects.create(user, name="a token", scopes=list(scopes))
    known = APIClient()
    known.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return known


def needed(method: str, address: str) -> Scope | None:
    return scope_of(url_name(address), method)


def test_every_changing_operation_is_listed_and_no_other():
    changing = {url_name(address) for method, address in protected() if method != "GET"}
    assert changing == set(SCOPES)


@pytest.mark.parametrize(("method", "address"), list(protected()))
def test_token_with_all_other_scopes_is_refused(method, address, wanda):
    scope = needed(method, address)
    known = bearer(wanda, *[one for one in Scope.values if one != scope])
    answer = known.generic(method, address)
    if scope is None:
        assert answer.status_code == 204
        return
    problem = refused(answer, 403, code="scope_missing")
    assert f"“{scope}”" in problem["detail"]
    assert answer["WWW-Authenticate"] == f'Token error="insufficient_scope", scope="{scope}"'


@pytest.mark.parametrize(("method", "address"), list(protected()))
def test_token_with_that_scope_alone_is_not_refused_for_it(method, address, wanda):
    answer = bearer(wanda, needed(method, address) or Scope.READ).generic(method, address)
    assert answer.status_code != 403 or answer.json()["code"] != "scope_missing"


def test_session_needs_no_scope(wanda):
    assert client(wanda).get("/api/v1/me/").status_code == 200
    assert client(wanda).patch("/api/v1/me/mail/", {"hour": 9}).status_code == 200


def test_operation_that_is_not_listed_fails_for_every_token():
    with pytest.raises(KeyError):
        scope_of("api-new", "POST")


def test_path_of_no_url_has_no_name():
    assert url_name("/api/v1/nothing/{id}/") == ""


def test_document_names_the_scope_of_each_operation_that_needs_an_account():
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    named = {
        (method.upper(), url_name(path)): operation.get("x-scope")
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if {} not in operation.get("security", [{}])
    }
    assert named == {
        (method, url_name(address)): scope.value if (scope := needed(method, address)) else None
        for method, address in protected()
    }
    described = document["paths"]["/api/v1/versions/{version_id}/submit/"]["post"]["description"]
    assert described.endswith("A token needs the scope `write`.")
    ending = document["paths"]["/api/v1/tokens/current/"]["delete"]["description"]
    assert ending.endswith("A token needs no particular scope.")


def test_every_view_that_reads_a_token_checks_its_scope(rf):
    for method, address in protected():
        match = get_resolver().resolve(address)
        view = match.func.view_class(**getattr(match.func, "initkwargs", match.func.view_initkwargs))
        view.request = getattr(rf, method.lower())(address)
        assert any(isinstance(one, HasScope) for one in view.get_permissions()), address
