import pytest
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from jsonschema import validate
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from editorial.http.idempotency import idempotent
from editorial.http.serializers import StrictSerializer
from editorial.http.throttling import ScopedThrottle
from editorial.models import Audience


class Part(StrictSerializer):
    body = serializers.CharField()


class Whole(StrictSerializer):
    id = serializers.IntegerField(read_only=True)
    parts = Part(many=True)


class Loose(serializers.Serializer):
    name = serializers.CharField()


class Audiences(ListAPIView):
    queryset = Audience.objects.all()
    serializer_class = Loose
    permission_classes = [AllowAny]
    filter_backends = []
    keyset_ordering = ("pk",)


class Wholes(ViewSet):
    serializer_class = Whole
    needs_if_match = {"partial_update", "sign"}
    gives_etag = {"retrieve", "partial_update"}

    def retrieve(self, _request, **_kwargs):
        return Response()

    def partial_update(self, _request, **_kwargs):
        return Response()

    @action(detail=True, methods=["post"])
    @idempotent
    def sign(self, _request, **_kwargs):
        return Response()


class Question(APIView):
    """Takes a question from anybody."""

    permission_classes = []
    throttle_classes = [ScopedThrottle]
    throttle_scope = "reader_post"

    @extend_schema(request=Loose, responses={201: Loose, 451: None})
    def post(self, _request):
        return Response()


class Hidden(APIView):
    @extend_schema(exclude=True)
    def get(self, _request):
        return Response()


class Bare(APIView):
    authentication_classes = []
    permission_classes = []

    @extend_schema(responses={200: Loose})
    def get(self, _request):
        return Response()


urlpatterns = [
    path("api/v1/audiences/", Audiences.as_view()),
    path("api/v1/wholes/<int:pk>/", Wholes.as_view({"get": "retrieve", "patch": "partial_update"})),
    path("api/v1/wholes/<int:pk>/sign/", Wholes.as_view({"post": "sign"})),
    path("api/v1/questions/", Question.as_view()),
    path("api/v1/hidden/", Hidden.as_view()),
    path("api/v1/bare/", Bare.as_view()),
]


@pytest.fixture(scope="module")
def document():
    return SchemaGenerator(patterns=urlpatterns).get_schema(request=None, public=True)


@pytest.fixture
def operation(document):
    return lambda method, address: document["paths"][f"/api/v1/{address}"][method]


def statuses(operation) -> set[int]:
    return {int(status) for status in operation["responses"]}


def headers(operation) -> dict[str, bool]:
    return {p["name"]: p.get("required", False) for p in operation["parameters"] if p["in"] == "header"}


@pytest.mark.parametrize(
    ("method", "address", "expected"),
    [
        ("get", "audiences/", {200, 400, 401, 405, 406, 422, 503}),
        ("get", "bare/", {200, 400, 405, 406, 503}),
        ("get", "wholes/{id}/", {200, 304, 400, 401, 403, 404, 405, 406, 410, 503}),
        ("patch", "wholes/{id}/", {200, 400, 401, 403, 404, 405, 406, 409, 410, 411, 412, 413, 415, 422, 428, 503}),
        ("post", "wholes/{id}/sign/", {200, 400, 401, 403, 404, 405, 406, 409, 410, 411, 412, 413, 415, 422, 428, 503}),
        ("post", "questions/", {201, 400, 401, 403, 405, 406, 409, 411, 413, 415, 422, 429, 451, 503}),
    ],
)
def test_each_operation_documents_what_it_can_answer(operation, method, address, expected):
    assert statuses(operation(method, address)) == expected


def test_every_error_is_a_problem(document):
    responses = [
        response
        for methods in document["paths"].values()
        for operation in methods.values()
        for status, response in operation["responses"].items()
        if int(status) >= 400
    ]
    assert len(responses) > 40
    for response in responses:
        assert response["description"] not in {"", "No response body"}
        schema = response["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}
    assert {"Problem", "Fault"} < set(document["components"]["schemas"])


def test_a_view_left_out_stays_out(document):
    assert "/api/v1/hidden/" not in document["paths"]


def test_strict_request_bodies_are_closed_and_nothing_else_is(document):
    schemas = document["components"]["schemas"]
    assert {name for name, schema in schemas.items() if schema.get("additionalProperties") is False} == {
        "WholeRequest",
        "PatchedWholeRequest",
        "PartRequest",
    }
    assert "id" not in schemas["WholeRequest"]["properties"]


def test_request_headers_stand_where_they_are_read(operation):
    assert headers(operation("patch", "wholes/{id}/")) == {"If-Match": True}
    assert headers(operation("post", "wholes/{id}/sign/")) == {"If-Match": True, "Idempotency-Key": False}
    assert headers(operation("get", "wholes/{id}/")) == {}


def test_the_etag_stands_where_it_is_given(operation):
    assert "ETag" in operation("get", "wholes/{id}/")["responses"]["200"]["headers"]
    assert "ETag" in operation("patch", "wholes/{id}/")["responses"]["200"]["headers"]
    assert "headers" not in operation("post", "wholes/{id}/sign/")["responses"]["200"]


def test_lists_say_how_they_are_paged(document, operation):
    parameters = {p["name"]: p["schema"] for p in operation("get", "audiences/")["parameters"]}
    assert parameters["page_size"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    assert parameters["cursor"] == {"type": "string"}
    page = document["components"]["schemas"]["PaginatedLooseList"]
    assert page["required"] == ["results", "next", "previous"]
    assert page["properties"]["next"] == {"type": ["string", "null"], "format": "uri"}


def test_security_is_optional_where_anybody_may_ask(operation):
    assert {} in operation("get", "audiences/")["security"]
    assert {} in operation("post", "questions/")["security"]
    assert {} not in operation("get", "wholes/{id}/")["security"]


def test_tokens_and_sessions_are_the_ways_in(document):
    schemes = document["components"]["securitySchemes"]
    assert {(scheme["in"], scheme["name"]) for scheme in schemes.values()} == {
        ("header", "Authorization"),
        ("cookie", "sessionid"),
    }


@pytest.mark.urls(__name__)
def test_a_problem_is_as_documented(api, document):
    body = api.put("/api/v1/questions/").json()
    schema = {**document["components"]["schemas"]["Problem"], "components": document["components"]}
    validate(body, schema)
    assert body["errors"] == []
