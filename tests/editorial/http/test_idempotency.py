from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Event

import pytest
from django.db import connection
from django.urls import path
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from editorial.exceptions import Conflict
from editorial.http.idempotency import delete_old_responses, idempotent
from editorial.models import Specialty, StoredAnswer
from tests.support.factories import make_specialty, make_user

pytestmark = pytest.mark.urls(__name__)

entered, may_leave = Event(), Event()


class Specialties(APIView):
    """Makes a specialty of the next free code."""

    permission_classes = [AllowAny]

    @idempotent
    def post(self, request):
        made = make_specialty(f"s{Specialty.objects.count()}")
        if request.data.get("refuse"):
            raise Conflict("Not now.")
        if request.data.get("wait"):
            entered.set()
            assert may_leave.wait(10)
        body = {"code": made.code, "weight": Decimal("1.50"), "at": datetime(2026, 3, 2, tzinfo=UTC)}
        headers = {"ETag": '"e"', "Location": "/l/", "Link": '</n/>; rel="next"', "X-Other": "o"}
        return Response(body, status=201, headers=headers)


class Visits(ViewSet):
    permission_classes = [AllowAny]

    @action(detail=False, methods=["post"], url_path="close")
    @idempotent
    def close(self, _request):
        make_specialty(f"s{Specialty.objects.count()}")
        return Response(status=204)


urlpatterns = [
    path("api/specialties/", Specialties.as_view()),
    path("api/visits/close/", Visits.as_view({"post": "close"})),
]


@pytest.fixture
def wandas(api, wanda):
    api.force_authenticate(wanda)
    return api


def post(client, *, key: str | None, body=None, address="/api/specialties/", **headers: str):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if key is not None:
        headers["Idempotency-Key"] = key
    return client.post(address, body or {}, format="json", headers=headers)


def test_the_same_request_again_gets_the_same_answer_and_does_nothing(wandas):
    first, again = (post(wandas, key="k1", body={"a": [1, "ü"]}) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert all(first[name] == again[name] for name in ("ETag", "Location", "Link"))
    assert "X-Other" not in again
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Specialty.objects.count() == 1


def test_an_answer_without_a_body_is_kept_too(wandas):
    first, again = (post(wandas, key="k1", address="/api/visits/close/") for _ in range(2))
    assert first.status_code == again.status_code == 204
    assert first.content == again.content == b""
    assert again["Idempotent-Replayed"] == "true"


def test_without_a_key_each_request_counts(wandas):
    assert [post(wandas, key=None).json()["code"] for _ in range(2)] == ["s0", "s1"]


def test_nobodys_keys_are_not_kept(api, db):
    assert [post(api, key="k1").json()["code"] for _ in range(2)] == ["s0", "s1"]


def test_each_user_has_keys_of_their_own(api, wanda, walter):
    for user in (wanda, walter):
        api.force_authenticate(user)
        post(api, key="k1")
    assert Specialty.objects.count() == 2


@pytest.mark.parametrize(
    "other",
    [
        {"body": {"a": 2}},
        {"address": "/api/specialties/?x=1"},
        {"address": "/api/visits/close/"},
        {"If_Match": '"e"'},
    ],
)
def test_a_key_that_comes_with_another_request_is_422(wandas, other):
    post(wandas, key="k1", body={"a": 1})
    response = post(wandas, key="k1", **{"body": {"a": 1}, **other})
    assert response.status_code == 422
    assert response.json()["code"] == "idempotency_key_reused"
    assert Specialty.objects.count() == 1


def test_the_order_of_keys_in_the_body_makes_no_other_request(wandas):
    post(wandas, key="k1", body={"a": 1, "b": 2})
    assert post(wandas, key="k1", body={"b": 2, "a": 1})["Idempotent-Replayed"] == "true"


def test_a_password_in_the_body_makes_no_other_request(wandas):
    post(wandas, key="k1", body={"a": 1, "password": "first"})
    assert post(wandas, key="k1", body={"a": 1, "password": "second"})["Idempotent-Replayed"] == "true"


def test_a_list_is_told_from_another_one(wandas):
    sent = [post(wandas, key="k1", body=[number], address="/api/visits/close/") for number in (1, 2)]
    assert [response.status_code for response in sent] == [204, 422]


@pytest.mark.parametrize("key", ["", "a b", "ü", "k" * 256, "a\tb"])
def test_a_malformed_key_is_400(wandas, key):
    response = post(wandas, key=key)
    assert response.status_code == 400
    assert response.json()["code"] == "malformed_idempotency_key"


def test_a_malformed_key_is_400_to_anybody(api):
    assert post(api, key="a b").status_code == 400


def test_the_longest_key_is_kept(wandas):
    assert post(wandas, key="~" * 255).status_code == 201


def test_a_refused_request_leaves_nothing_and_is_judged_anew(wandas):
    refused = [post(wandas, key="k1", body={"refuse": True}) for _ in range(2)]
    assert [response.status_code for response in refused] == [409, 409]
    assert not Specialty.objects.exists()
    assert not StoredAnswer.objects.exists()
    assert post(wandas, key="k1", body={"refuse": False}).status_code == 201


def test_purge_forgets_old_answers_only(wandas):
    post(wandas, key="old")
    kept = StoredAnswer.objects.get()
    post(wandas, key="new")
    assert delete_old_responses(before=kept.answered_at) == 0
    assert delete_old_responses(before=kept.answered_at + timedelta(microseconds=1)) == 1
    assert StoredAnswer.objects.get().key == "new"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_key_do_it_once():
    user = make_user("wanda")
    entered.clear()
    may_leave.clear()

    def send():
        client = APIClient()
        client.force_authenticate(user)
        try:
            return post(client, key="k1", body={"wait": True})
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(send)
        assert entered.wait(10)
        second = send()
        may_leave.set()
        first = under_way.result(10)
    third = send()
    assert (second.status_code, second.json()["code"], second["Retry-After"]) == (409, "in_progress", "1")
    assert first.status_code == third.status_code == 201
    assert first.json() == third.json()
    assert Specialty.objects.count() == 1
