"""The OpenAPI document: extends drf-spectacular by the headers and problems that all operations have in common."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import SAFE_METHODS

from editorial.http.problems import CONTENT_TYPE
from editorial.http.serializers import StrictMixin
from editorial.record.canonical_json import JSONDict

_TAG_LIST = r'^(\*|(W/)?"[!#-~]*"(, *(W/)?"[!#-~]*")*)$'
_KEY = {"type": "string", "pattern": "^[!-~]{1,255}$"}

IF_MATCH = OpenApiParameter(
    "If-Match",
    type={"type": "string", "pattern": _TAG_LIST},
    location=OpenApiParameter.HEADER,
    required=True,
    description="The `ETag` that you last read. 428 without it, 412 if it is no longer current.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    type=_KEY,
    location=OpenApiParameter.HEADER,
    description="A repeated request with the same key gets the first response again and changes nothing.",
)
ETAG = OpenApiParameter(
    "ETag",
    type=str,
    location=OpenApiParameter.HEADER,
    response=[HTTPStatus.OK.value, HTTPStatus.CREATED.value],
    description="Identifies the current state of the record.",
)

FAULT = {
    "type": "object",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": {
            "type": "string",
            "description": "The place: an RFC 6901 JSON pointer into the body, or `/` and the name of a query "
            "parameter.",
        },
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
}
PROBLEM = {
    "type": "object",
    "description": "An error response (RFC 9457).",
    "required": ["type", "title", "status", "detail", "instance", "code", "errors", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "code": {"type": "string", "description": "A stable code for programs."},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
        "request_id": {"type": "string"},
    },
}

PROBLEM_REF = {"$ref": "#/components/schemas/Problem"}

DESCRIPTIONS = {
    HTTPStatus.SERVICE_UNAVAILABLE: "The database is away, overloaded, full or read-only. Try again after "
    "`Retry-After` seconds; it is safe to repeat a POST with the same `Idempotency-Key`.",
}
ANY_OPERATION = {400, 405, 406, 503}
WITH_OBJECT = {404, 410}
WRITING = {409, 411, 413, 415, 422}
CONDITIONAL = {412, 428}


class Schema(AutoSchema):
    """Documents headers, problems and strict bodies from attributes of the view.

    A view can list, by method or by action, its operations that need ``If-Match`` (``needs_if_match``) and those that
    return an ``ETag`` (``gives_etag``); ``@idempotent`` handlers are detected. Add further statuses with
    ``@extend_schema(responses=…)``; each one from 400 up is documented as a problem.
    """

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if self._named_in("needs_if_match"):
            parameters.append(IF_MATCH)
        if getattr(self._handler(), "is_idempotent", False):
            parameters.append(IDEMPOTENCY_KEY)
        if self._named_in("gives_etag"):
            parameters.append(ETAG)
        return parameters

    def get_auth(self) -> list[JSONDict]:
        """Return the authentication methods; an empty one means that none is needed."""
        methods = super().get_auth()
        return methods if self.view.get_permissions() or {} in methods else [*methods, {}]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, object] | None:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            for status in sorted(self._problem_statuses(operation)):
                operation["responses"].setdefault(str(status), {})
            if self.method == "GET" and self._named_in("gives_etag") and getattr(self.view, "answers_304", True):
                operation["responses"]["304"] = {"description": "The stored response is still current."}
        return operation

    def _map_serializer(self, serializer: Any, direction: str, bypass_extensions: bool = False) -> Any:  # noqa: FBT001, FBT002 - the base's signature
        schema = super()._map_serializer(serializer, direction, bypass_extensions)
        strict = StrictMixin in (serializer if isinstance(serializer, type) else type(serializer)).__mro__
        return {**schema, "additionalProperties": False} if strict and direction == "request" else schema

    def _problem_statuses(self, operation: JSONDict) -> set[int]:
        """Return the error statuses of this operation, derived from its parameters and its view."""
        places = {parameter["in"] for parameter in operation.get("parameters", ())}
        writes = self.method not in SAFE_METHODS
        is_public = {} in operation.get("security", [{}])
        return (
            ANY_OPERATION
            | ({401} if self.view.get_authenticators() else set())
            | (set() if is_public and not writes else {403})
            | (WITH_OBJECT if "path" in places else set())
            | (WRITING if writes else set())
            | ({422} if "query" in places else set())
            | (CONDITIONAL if self._named_in("needs_if_match") else set())
            | ({429} if self.view.get_throttles() else set())
        )

    def _named_in(self, attribute: str) -> bool:
        names: Collection[str] = getattr(self.view, attribute, ())
        return self.method.lower() in names or getattr(self.view, "action", None) in names

    def _handler(self) -> Any:
        return getattr(self.view, getattr(self.view, "action", None) or self.method.lower(), None)


def document_problems(result: JSONDict, generator: Any, request: Any, public: bool) -> JSONDict:  # noqa: ARG001, FBT001 - a hook's signature
    """Document every response from 400 up, in every operation, as a ``Problem``; a postprocessing hook.

    A schema that a view declares for such a response is combined with it.
    """
    schemas = result["components"].setdefault("schemas", {})
    schemas |= {"Fault": FAULT, "Problem": PROBLEM}
    for path in result["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if int(status) >= HTTPStatus.BAD_REQUEST:
                    extras = [media["schema"] for media in response.get("content", {}).values()]
                    schema = {"allOf": [PROBLEM_REF, *extras]} if extras else PROBLEM_REF
                    response |= {
                        "description": DESCRIPTIONS.get(HTTPStatus(int(status)), HTTPStatus(int(status)).phrase),
                        "content": {CONTENT_TYPE: {"schema": schema}},
                    }
    return result
