import json
from io import BytesIO

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.unreader import IterUnreader
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from editorial.exceptions import Gone
from editorial.http import error_handlers
from editorial.http.problems import CONTENT_TYPE
from editorial.http.request_validation import EdgeMiddleware, EdgeRequest


class Echo(APIView):
    permission_classes = [AllowAny]

    def post(self, request):
        return Response(request.data)


class Tombstone(APIView):
    permission_classes = [AllowAny]

    def get(self, _request):
        return Response({"notice": "retracted"}, status=410)


def okay(request):
    return HttpResponse(request.GET.get("q", ""))


def fails(request):
    raise RuntimeError("secret")


def suspicious(request):
    raise SuspiciousOperation("secret")


def gone(request):
    raise Gone("It was retracted on 2 March.")


def reads_the_body(request):
    return HttpResponse(request.body)


def locked(request):
    response = HttpResponse("Locked out", status=429, headers={"Retry-After": "900"})
    response.set_cookie("seen", "1")
    return response


def forbidden(request):
    return JsonResponse({"error": "secret"}, status=403)


def teapot(request):
    return HttpResponse(status=499)


def streamed(request):
    return StreamingHttpResponse([b"x"], status=400)


def not_allowed(request):
    return HttpResponseNotAllowed(["GET"])


def kept(request):
    return HttpResponse(headers={"Cache-Control": "no-store"})


VIEWS = [okay, fails, suspicious, gone, locked, forbidden, teapot, streamed, not_allowed, kept]
urlpatterns = [
    path("api/echo/", Echo.as_view()),
    path("api/tombstone/", Tombstone.as_view()),
    path("body/", csrf_exempt(reads_the_body)),
    *(path(f"{prefix}{view.__name__}/", view) for view in VIEWS for prefix in ("api/", "")),
]
handler400, handler403 = error_handlers.bad_request, error_handlers.permission_denied
handler404, handler500 = error_handlers.not_found, error_handlers.server_error

pytestmark = pytest.mark.urls(__name__)


PAGE = """<h1>{{ problem.title }}</h1><p>{{ problem.detail }}</p>{{ request_id }}
{% for fault in problem.faults %}<p>{{ fault.detail }}</p>{% endfor %}"""


@pytest.fixture(autouse=True)
def plain_page(settings) -> None:
    """The site's own page links to addresses that are not there in these tests."""
    loader = ("django.template.loaders.locmem.Loader", {"problem.html": PAGE})
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "APP_DIRS": False, "OPTIONS": {"loaders": [loader]}}]


@pytest.fixture
def debug() -> bool:
    return False


@pytest.fixture(autouse=True)
def debugging(settings, debug):
    settings.DEBUG = debug


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


either_way = pytest.mark.parametrize("debug", [False, True])


def assert_problem(response, status: int, code: str) -> None:
    assert response.status_code == status
    assert response["Content-Type"] == CONTENT_TYPE
    assert response.json()["code"] == code
    assert response.json()["request_id"] == response["X-Request-ID"]
    assert "secret" not in response.content.decode()
    assert int(response.get("Content-Length", len(response.content))) == len(response.content)


def assert_page(response, status: int) -> None:
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    assert response["X-Request-ID"] in response.content.decode()


# --- the request's id -----------------------------------------------------------------------------------------------


def test_a_sane_request_id_is_taken_and_sent_back(client):
    assert client.get("/okay/", headers={"X-Request-ID": "abc-DEF-123"})["X-Request-ID"] == "abc-DEF-123"


@pytest.mark.parametrize("sent", ["", "short", "a" * 65, "with space", "a_b_c_d_e", "abcdefgh\n", "ümläutüü"])
def test_any_other_request_id_is_replaced(client, sent):
    given = client.get("/okay/", headers={"X-Request-ID": sent})["X-Request-ID"]
    assert given != sent
    assert len(given) == 32


def test_a_failure_is_logged_with_its_request_id(client, caplog):
    given = client.get("/fails/")["X-Request-ID"]
    assert f"GET /fails/ failed: request {given}" in caplog.text


# --- what cannot be read --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["okay/%00/", "okay/%ff/", "okay/%ED%A0%80/", "okay/?q=%00", "okay/?%00=q", "okay/?q=%ff", "okay/?q=%ED%A0%80"],
)
def test_an_address_with_nul_or_broken_utf8_is_400(client, address):
    assert_problem(client.get(f"/api/{address}"), 400, "malformed_address")
    assert_page(client.get(f"/{address}"), 400)


def test_refusal_before_all_views_bears_the_policy_of_pages(client):
    refused, page = client.get("/%00/"), client.get("/admin/login/")
    assert refused.status_code == 400
    assert sorted(refused["Content-Security-Policy"].split("; ")) == sorted(page["Content-Security-Policy"].split("; "))


def test_raw_bytes_in_the_query_are_400_unless_utf8(client):
    assert client.get("/okay/", QUERY_STRING="q=\xff").status_code == 400
    assert client.get("/okay/", QUERY_STRING="q=\xc3\xbc").content.decode() == "ü"


@pytest.mark.parametrize("query", ["q=100%", "q=%zz", "q=%C3%BC", "q=%F0%9F%98%80", "q=a+b"])
def test_any_readable_query_passes(client, query):
    assert client.get(f"/api/okay/?{query}").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Token \xff"},
        {"Authorization": "Token a\x00b"},
        {"Accept": "application/json; x*=nowhere''y"},
        {"Cookie": r'sessionid="aaaaaaaaaaaa\000"'},
        {"Content-Type": "application/json; charset=base64"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Type": "application/json; charset=latin-1"},
    ],
)
def test_headers_that_would_break_their_readers_are_400(client, headers):
    response = client.get("/api/okay/", headers=headers)
    assert response.status_code == 400
    assert response["Content-Type"] == CONTENT_TYPE


@pytest.mark.parametrize(
    ("content_type", "status"), [("text/plain; charset*=nowhere''x", 400), ("text/plain; charset=utf-8", 200)]
)
def test_a_content_type_that_django_cannot_read_is_400(content_type, status):
    request = EdgeRequest({**RequestFactory().get("/api/okay/").environ, "CONTENT_TYPE": content_type})
    assert EdgeMiddleware(okay)(request).status_code == status


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8"])
def test_utf8_may_be_said(client, charset):
    response = client.post("/api/echo/", b'"\xc3\xbc"', content_type=f"application/json; charset={charset}")
    assert response.json() == "ü"


# --- how long a body is ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", ["x", "-1", "+1", "1.0", "٣", "9" * 19])
def test_a_length_that_is_no_number_is_400(client, length):
    assert_problem(client.post("/api/echo/", CONTENT_LENGTH=length), 400, "malformed_length")


def test_a_body_over_the_limit_is_413_before_it_is_read(client, settings):
    length = str(settings.MAX_REQUEST_BYTES + 1)
    assert_problem(client.post("/api/echo/", CONTENT_LENGTH=length), 413, "too_large")
    assert_page(client.post("/body/", CONTENT_LENGTH=length), 413)


def test_a_body_of_just_the_limit_passes(client, settings):
    settings.MAX_REQUEST_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert client.post("/api/echo/", b'"01234567"', content_type="application/json").status_code == 200
    assert_problem(client.post("/api/echo/", b'"012345678"', content_type="application/json"), 413, "too_large")


def chunked(client, body: bytes, *, address: str = "/api/echo/", terminated: bool = True, reader=BytesIO):
    environ = {
        "CONTENT_LENGTH": "",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": reader(body),
        "wsgi.input_terminated": terminated,
    }
    return client.post(address, content_type="application/json", **environ)


def test_a_chunked_body_is_read(client):
    assert chunked(client, b'{"a": 1}').json() == {"a": 1}
    assert chunked(client, b"abc", address="/body/").content == b"abc"


def test_a_chunked_body_over_the_limit_is_413(client, settings):
    settings.MAX_REQUEST_BYTES = 10
    assert chunked(client, b'"01234567"').status_code == 200
    assert_problem(chunked(client, b'"012345678"'), 413, "too_large")


@pytest.mark.parametrize("sent", [b"zz\r\n{}", b"5\r\n{}", b"2\r\n{}}\r\n0\r\n\r\n"])
def test_a_chunked_body_of_which_the_server_can_make_nothing_is_400(client, sent):
    def reader(body: bytes) -> Body:
        return Body(ChunkedReader(None, IterUnreader([body])))

    assert_problem(chunked(client, sent, reader=reader), 400, "incomplete_body")
    assert chunked(client, b"2\r\n{}\r\n0\r\n\r\n", reader=reader).json() == {}


def test_a_chunked_body_that_the_server_does_not_end_is_411(client):
    assert_problem(chunked(client, b"{}", terminated=False), 411, "length_required")


# --- the form of errors ---------------------------------------------------------------------------------------------


@either_way
def test_an_unknown_address_is_404(client):
    assert_problem(client.get("/api/nowhere/"), 404, "not_found")


@pytest.mark.parametrize("address", ["/api/okay/", "/api/okay", "/api/nowhere/", "/nowhere/", "/api/fails/", "/%00/"])
def test_answer_that_tells_caches_nothing_is_used_again_by_nobody_who_did_not_ask(client, address):
    assert client.get(address)["Cache-Control"] == "private, max-age=0, must-revalidate"


def test_answer_that_tells_caches_something_is_left_alone(client):
    assert client.get("/api/kept/")["Cache-Control"] == "no-store"


def test_an_unknown_address_outside_the_api_is_a_page(client):
    assert_page(client.get("/nowhere/"), 404)


@either_way
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_write_without_the_last_slash_is_404_and_no_redirect(client, method):
    assert_problem(getattr(client, method)("/api/echo"), 404, "not_found")


def test_a_read_without_the_last_slash_is_redirected(client):
    assert client.get("/api/okay").status_code == 301


@either_way
def test_a_failure_is_500_without_its_cause(client):
    assert_problem(client.get("/api/fails/"), 500, "internal_error")


def test_a_failure_outside_the_api_is_a_page(client):
    assert_page(client.get("/fails/"), 500)


@either_way
def test_an_unknown_host_is_400(client, debug):
    response = client.get("/api/okay/", headers={"Host": "secret.example"})
    assert_problem(response, 400, "bad_request" if debug else "malformed")


@either_way
def test_a_suspicious_request_is_400(client, debug):
    assert_problem(client.get("/api/suspicious/"), 400, "bad_request" if debug else "malformed")


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("gone", 410, "retracted"),
        ("locked", 429, "too_many_requests"),
        ("forbidden", 403, "forbidden"),
        ("teapot", 499, "unknown_status_code"),
        ("not_allowed", 405, "method_not_allowed"),
    ],
)
def test_errors_of_other_origin_become_problems(client, name, status, code):
    assert_problem(client.get(f"/api/{name}/"), status, code)


def test_a_rewritten_error_keeps_its_headers_and_cookies(client):
    response = client.get("/api/locked/")
    assert response["Retry-After"] == "900"
    assert response.cookies["seen"].value == "1"
    assert client.get("/api/not_allowed/")["Allow"] == "GET"


def test_what_the_api_itself_answers_stays(client):
    response = client.get("/api/tombstone/")
    assert response.status_code == 410
    assert response.json() == {"notice": "retracted"}


def test_a_stream_stays(client):
    assert b"".join(client.get("/api/streamed/").streaming_content) == b"x"


def test_errors_outside_the_api_stay_as_they_are(client):
    assert client.get("/locked/").content == b"Locked out"
    assert json.loads(client.get("/forbidden/").content) == {"error": "secret"}


def test_a_refusal_outside_the_api_is_a_page_with_its_words(client):
    response = client.get("/gone/")
    assert_page(response, 410)
    assert "It was retracted on 2 March." in response.content.decode()


def test_a_form_without_its_token_is_a_page(client):
    strict = Client(enforce_csrf_checks=True)
    assert_page(strict.post("/okay/"), 403)
    assert_problem(strict.post("/api/okay/"), 403, "csrf_failed")


def test_request_id_of_a_refusal_by_the_api_is_the_one_in_the_header(client):
    answer = client.post("/api/echo/", b"{", content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_answer_to_head_says_how_long_the_text_is_and_leaves_it_out():
    request = RequestFactory().head("/okay/", {"q": "abc"})
    response = EdgeMiddleware(okay)(request)
    assert (response.content, response["Content-Length"]) == (b"", "3")
