"""Scopes: what an API token can do within the permissions of its owner. Sessions have all scopes."""

import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string
from rest_framework.permissions import SAFE_METHODS, BasePermission

from editorial.exceptions import ScopeMissing
from editorial.models import ApiToken, Scope
from editorial.record.canonical_json import JSONDict

PARAMETER = re.compile(r"\{\w+\}")
EXAMPLES = ("1", str(UUID(int=0)))
"""Values that the parameters of URLs accept: numbers, keys and slugs the first one, ids of tokens the second."""

NEEDED = "A token needs the scope `{}`."
NONE_NEEDED = "A token needs no particular scope."


def scope_of(url_name: str, method: str) -> Scope | None:
    """Return the scope that an operation needs; None if every token can do it. Raises KeyError if it is not listed."""
    if method in SAFE_METHODS:
        return Scope.READ
    scope: Scope | None = import_string(settings.API_SCOPES)[url_name]
    return scope


class HasScope(BasePermission):
    """Allows sessions, and tokens with the scope of the operation."""

    def has_permission(self, request: Any, view: Any) -> bool:
        """Raise ScopeMissing if the request has a token without the scope."""
        if isinstance(request.auth, ApiToken):
            scope = scope_of(request.resolver_match.url_name, request.method)
            if scope is not None and scope not in request.auth.scopes:
                raise ScopeMissing(scope)
        return True


def document_scopes(result: JSONDict, generator: Any, request: Any, public: bool) -> JSONDict:  # noqa: ARG001, FBT001 - a hook's signature
    """Name the scope of each operation that needs an account, as ``x-scope`` and in its description."""
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            name = url_name(path)
            if name and {} not in operation.get("security", [{}]):
                _document(operation, scope_of(name, method.upper()))
    return result


def url_name(path: str) -> str:
    """Return the name of the URL of a path such as ``/api/v1/reviews/{review_id}/``; empty for one of no URL."""
    for example in EXAMPLES:
        try:
            return str(resolve(PARAMETER.sub(example, path)).url_name)
        except Resolver404:
            continue
    return ""


def _document(operation: JSONDict, scope: Scope | None) -> None:
    if scope is not None:
        operation["x-scope"] = scope.value
    needed = NONE_NEEDED if scope is None else NEEDED.format(scope.value)
    operation["description"] = f"{operation['description']}\n\n{needed}"
