import psycopg
import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, InterfaceError, InternalError, OperationalError, connection
from django.http import Http404, UnreadablePostError
from django.test import RequestFactory
from django.urls import path
from rest_framework import exceptions as rest
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from editorial import exceptions as house
from editorial.http import error_handlers
from editorial.http.problems import CONTENT_TYPE, MAX_FAULTS, faults_of, problem_of_refusal, problem_response
from editorial.http.serializers import StrictSerializer

pytestmark = pytest.mark.urls(__name__)


class Rendition(StrictSerializer):
    body = serializers.CharField()
    tags = serializers.ListField(child=serializers.IntegerField(), required=False)


class Draft(StrictSerializer):
    title = serializers.CharField(required=False)
    renditions = Rendition(many=True, required=False)
    primary = Rendition(required=False)

    def validate(self, data):
        if data.get("title") == "empty":
            raise serializers.ValidationError("A draft holds something.", code="empty")
        return data


class Raises(APIView):
    """Raises what the test put here; echoes the body otherwise."""

    permission_classes = [AllowAny]
    error: Exception | None = None

    def get(self, _request):
        if self.error:
            raise self.error
        return Response()

    def post(self, request):
        draft = Draft(data=request.data)
        draft.is_valid(raise_exception=True)
        return Response(draft.data)


class Closed(APIView):
    def get(self, _request):
        return Response()


urlpatterns = [path("api/raises/", Raises.as_view()), path("api/closed/", Closed.as_view())]
handler500 = error_handlers.server_error


PAGE = """<h1>{{ problem.title }}</h1><p>{{ problem.detail }}</p>{{ request_id }}
{% for fault in problem.faults %}<p>{{ fault.detail }}</p>{% endfor %}"""


@pytest.fixture(autouse=True)
def plain_page(settings) -> None:
    """The site's own page links to addresses that are not there in these tests."""
    loader = ("django.template.loaders.locmem.Loader", {"problem.html": PAGE})
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "APP_DIRS": False, "OPTIONS": {"loaders": [loader]}}]


@pytest.fixture
def raised(api, monkeypatch):
    def get(error: Exception):
        monkeypatch.setattr(Raises, "error", error)
        return api.get("/api/raises/")

    return get


def caused_by(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def faults(response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (house.NotPermitted("no"), 403, "not_permitted"),
        (house.NotFound("no"), 404, "not_found"),
        (house.InvalidTransition("no"), 409, "invalid_transition"),
        (house.Conflict("no", code="stale"), 409, "stale"),
        (house.Gone("no"), 410, "retracted"),
        (house.PreconditionFailed("no"), 412, "precondition_failed"),
        (house.PreconditionRequired("no"), 428, "precondition_required"),
        (house.Malformed("no"), 400, "malformed"),
        (house.Unacceptable("no"), 422, "unacceptable"),
        (Http404("No Secret matches"), 404, "not_found"),
        (rest.NotFound("No Secret matches"), 404, "not_found"),
        (PermissionDenied(), 403, "not_permitted"),
        (rest.PermissionDenied(), 403, "not_permitted"),
        (rest.ParseError(), 400, "malformed"),
        (rest.UnsupportedMediaType("text/x"), 415, "unsupported_media_type"),
        (rest.Throttled(), 429, "throttled"),
        (RequestDataTooBig(), 413, "too_large"),
        (UnreadablePostError(), 400, "incomplete_body"),
        (DataError("value out of range"), 422, "out_of_range"),
        (caused_by(OperationalError(), psycopg.errors.LockNotAvailable()), 409, "busy"),
        (caused_by(OperationalError(), psycopg.errors.DeadlockDetected()), 409, "busy"),
        (caused_by(OperationalError(), psycopg.errors.SerializationFailure()), 409, "busy"),
        (caused_by(OperationalError(), psycopg.OperationalError()), 503, "database_unavailable"),
        (caused_by(OperationalError(), psycopg.errors.AdminShutdown()), 503, "database_unavailable"),
        (caused_by(OperationalError(), psycopg.errors.TooManyConnections()), 503, "database_overloaded"),
        (caused_by(OperationalError(), psycopg.errors.QueryCanceled()), 503, "database_overloaded"),
        (caused_by(OperationalError(), psycopg.errors.DiskFull()), 503, "storage_full"),
        (caused_by(InternalError(), psycopg.errors.ReadOnlySqlTransaction()), 503, "read_only"),
        (caused_by(InterfaceError(), psycopg.InterfaceError()), 503, "database_unavailable"),
    ],
)
def test_refusals_become_problems(raised, error, status, code):
    response = raised(error)
    body = response.json()
    assert response.status_code == body["status"] == status
    assert response["Content-Type"] == CONTENT_TYPE
    assert body["code"] == code
    assert body["type"] == f"urn:imprimatur:problem:{code}"
    assert body["instance"] == "/api/raises/"
    assert body["title"]
    assert body["detail"]
    assert "Secret" not in str(body)


def test_a_refusal_keeps_its_words_faults_and_patience(raised):
    fault = house.Fault(pointer="/renditions/0", code="too_long", detail="Shorten it.")
    response = raised(house.Unacceptable("Two things.", faults=(fault,), retry_after=7))
    assert response["Retry-After"] == "7"
    assert response.json()["detail"] == "Two things."
    assert response.json()["errors"] == [{"pointer": "/renditions/0", "code": "too_long", "detail": "Shorten it."}]


def test_throttling_says_how_long(raised):
    assert raised(rest.Throttled(wait=2.1))["Retry-After"] == "3"


@pytest.mark.parametrize(
    ("wait", "words"), [(None, "a moment"), (2.1, "3 seconds"), (90, "90 seconds"), (2939, "49 minutes")]
)
def test_who_asked_too_often_is_told_for_how_long_in_words(raised, wait, words):
    assert raised(rest.Throttled(wait=wait)).json()["detail"] == f"That was too often. Please try again in {words}."


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("secret"),
        OperationalError("secret"),
        caused_by(OperationalError("secret"), Exception()),
        caused_by(InternalError("secret"), psycopg.errors.InternalError_("secret")),
    ],
)
def test_a_bug_is_500_without_its_cause(raised, api, error):
    api.raise_request_exception = False
    response = raised(error)
    assert response.status_code == 500
    assert response["Content-Type"] == CONTENT_TYPE
    assert response.json()["code"] == "internal_error"
    assert "secret" not in response.content.decode()


def test_without_credentials_is_401_with_a_challenge(api, db):
    response = api.get("/api/closed/")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"
    assert response.json()["code"] == "not_authenticated"


def test_a_wrong_token_is_401_where_anybody_may_read(api, db):
    response = api.get("/api/raises/", headers={"Authorization": "Token wrong"})
    assert response.status_code == 401
    assert response.json()["code"] == "authentication_failed"


def test_a_session_without_the_csrf_token_is_403(wanda):
    api = APIClient(enforce_csrf_checks=True)
    api.force_login(wanda, backend="editorial.http.log_in.AuthenticationBackend")
    response = api.post("/api/raises/", {}, format="json")
    assert response.status_code == 403
    assert "CSRF" in response.json()["detail"]


def test_a_wrong_method_is_405_with_the_right_ones(api):
    response = api.put("/api/raises/", {}, format="json")
    assert response.status_code == 405
    assert {"GET", "POST"} < set(response["Allow"].split(", "))


def test_an_accept_header_nobody_can_meet_is_406_all_the_same_in_json(api):
    response = api.get("/api/raises/", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response["Content-Type"] == CONTENT_TYPE


def test_a_form_is_415(api):
    response = api.post("/api/raises/", b"title=x", content_type="application/x-www-form-urlencoded")
    assert response.status_code == 415


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"titel": 1}, [("/titel", "unknown_field")]),
        ({"title": []}, [("/title", "invalid")]),
        ({"title": "empty"}, [("", "empty")]),
        ([], [("", "invalid")]),
        ("text", [("", "invalid")]),
        ({"primary": 1}, [("/primary", "invalid")]),
        ({"primary": {}}, [("/primary/body", "required")]),
        ({"renditions": {}}, [("/renditions", "not_a_list")]),
        ({"renditions": [{"body": "b"}, {"body": ""}]}, [("/renditions/1/body", "blank")]),
        ({"renditions": [5]}, [("/renditions/0", "invalid")]),
        ({"primary": {"body": "b", "tags": [1, "x"]}}, [("/primary/tags/1", "invalid")]),
        ({"a/b~": 1}, [("/a~1b~0", "unknown_field")]),
        ({"title": [], "primary": {}}, [("/title", "invalid"), ("/primary/body", "required")]),
    ],
)
def test_every_fault_points_to_its_place(api, body, expected):
    response = api.post("/api/raises/", body, format="json")
    assert response.status_code == 422
    assert faults(response) == expected


def test_one_fault_is_told_in_the_detail_several_in_the_list(api):
    assert api.post("/api/raises/", {"title": "empty"}, format="json").json()["detail"] == "A draft holds something."
    many = api.post("/api/raises/", {f"x{n}": 1 for n in range(100)}, format="json").json()
    assert many["detail"] == "The request has several errors."
    assert len(many["errors"]) == MAX_FAULTS


def test_words_without_a_code_are_invalid():
    assert [fault.code for fault in faults_of(["plain"])] == ["invalid"]


def test_the_parser_s_refusals_come_through(api):
    response = api.post("/api/raises/", b'{"title": "\\u0000"}', content_type="application/json")
    assert response.status_code == 422
    assert faults(response) == [("/title", "bad_text")]


@pytest.mark.django_db(transaction=True)
def test_a_value_postgresql_cannot_hold_is_422(raised):
    with pytest.raises(DataError) as caught, connection.cursor() as cursor:
        cursor.execute("SELECT 99999999999::bigint::integer")
    assert raised(caught.value).json()["code"] == "out_of_range"


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_else_holds_is_busy(raised, wanda):
    with (
        psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None, "context": None}) as other,
        connection.cursor() as cursor,
    ):
        other.execute("SELECT FROM editorial_user FOR UPDATE")
        with pytest.raises(OperationalError) as caught:
            cursor.execute("SET lock_timeout = '10ms'; SELECT FROM editorial_user FOR UPDATE")
    response = raised(caught.value)
    assert (response.status_code, response.json()["code"], response["Retry-After"]) == (409, "busy", "1")


# --- the handlers that Django calls ---------------------------------------------------------------------------------

HANDLERS = [
    (lambda request: error_handlers.bad_request(request, Exception("secret")), 400, "malformed"),
    (lambda request: error_handlers.bad_request(request, RequestDataTooBig("secret")), 413, "too_large"),
    (lambda request: error_handlers.permission_denied(request, PermissionDenied()), 403, "not_permitted"),
    (lambda request: error_handlers.not_found(request, Http404("secret")), 404, "not_found"),
    (error_handlers.server_error, 500, "internal_error"),
    (lambda request: error_handlers.csrf_failure(request, reason="secret"), 403, "csrf_failed"),
]


@pytest.mark.parametrize(("handler", "status", "code"), HANDLERS)
def test_handlers_answer_a_program_in_json(handler, status, code):
    response = handler(RequestFactory().get("/api/x/"))
    assert response.status_code == status
    assert response["Content-Type"] == CONTENT_TYPE
    assert f'"{code}"' in response.content.decode()
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize(("handler", "status", "code"), HANDLERS)
def test_handlers_answer_a_person_with_a_page(handler, status, code):
    request = RequestFactory().get("/articles/x/")
    response = handler(request)
    page = response.content.decode()
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    assert request.request_id in page
    assert "secret" not in page


@pytest.mark.parametrize("address", ["/api/x/", "/articles/x/"])
def test_outage_outside_a_view_is_503_with_retry_after_and_any_other_error_500(address):
    def answer(error):
        try:
            raise error
        except Exception:
            return error_handlers.server_error(RequestFactory().get(address))

    response = answer(caused_by(OperationalError("secret"), psycopg.errors.CannotConnectNow()))
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "The site cannot reach its database at the moment. Please try again in 5 seconds." in response.text
    assert "secret" not in response.text
    assert answer(OperationalError("secret")).status_code == answer(RuntimeError("secret")).status_code == 500


def test_the_words_of_a_refused_permission_are_kept():
    request = RequestFactory().get("/admin/")
    assert (
        "Only editors." in error_handlers.permission_denied(request, PermissionDenied("Only editors.")).content.decode()
    )


def test_a_page_shows_what_is_wrong_without_executing_it():
    request = RequestFactory().get("/articles/")
    fault = house.Fault(pointer="/q", code="invalid", detail="<script>alert(1)</script>")
    page = problem_response(request, problem_of_refusal(house.Unacceptable("<b>", faults=(fault,)))).content.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
