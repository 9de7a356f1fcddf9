from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny

from editorial.models import StoredAnswer
from tests.support.factories import make_user

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

START = datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC)


class Row(serializers.ModelSerializer):
    class Meta:
        model = StoredAnswer
        fields = ["key"]


class Answers(ListAPIView):
    """Newest first; those of one moment by key; those of one key by age."""

    queryset = StoredAnswer.objects.all()
    serializer_class = Row
    permission_classes = [AllowAny]
    keyset_ordering = ("-answered_at", "status", "-pk")


class AnswersAsValues(Answers):
    queryset = StoredAnswer.objects.values("answered_at", "status", "id", "key")
    keyset_ordering = ("-answered_at", "status", "-id")


class Unordered(Answers):
    keyset_ordering = ("answered_at",)


class Undecided(Answers):
    keyset_ordering = ()


urlpatterns = [
    path("api/answers/", Answers.as_view()),
    path("api/values/", AnswersAsValues.as_view()),
    path("api/unordered/", Unordered.as_view()),
    path("api/undecided/", Undecided.as_view()),
]


@pytest.fixture
def eleven() -> list[str]:
    """The keys of eleven answers in the order of the list, many of one moment and of one status."""
    user = make_user("wanda")
    for number in range(11):
        StoredAnswer.objects.create(
            user=user,
            key=f"k{number}",
            fingerprint="",
            status=200 + number % 2,
            body=None,
            answered_at=START + timedelta(microseconds=number // 4),
        )
    rows = StoredAnswer.objects.order_by("-answered_at", "status", "-pk")
    return list(rows.values_list("key", flat=True))


def keys(body) -> list[str]:
    return [row["key"] for row in body["results"]]


def walk(api, address: str, *, by: str) -> list[list[str]]:
    pages = []
    while address:
        body = api.get(address).json()
        pages.append(keys(body))
        address = body[by]
    return pages


@pytest.mark.parametrize("size", [1, 2, 3, 4, 10, 11, 12])
@pytest.mark.parametrize("address", ["/api/answers/", "/api/values/"])
def test_pages_forward_hold_every_row_once_in_order(api, eleven, size, address):
    pages = walk(api, f"{address}?page_size={size}", by="next")
    assert list(chain(*pages)) == eleven
    assert all(len(page) == size for page in pages[:-1])


@pytest.mark.parametrize("size", [1, 3, 5])
def test_pages_backward_hold_every_row_before_in_order(api, eleven, size):
    address = f"/api/answers/?page_size={size}"
    while following := api.get(address).json()["next"]:
        address = following
    pages = walk(api, address, by="previous")
    assert list(chain(*reversed(pages))) == eleven


def test_the_usual_page_holds_twenty_and_has_no_neighbours(api, eleven):
    response = api.get("/api/answers/")
    assert keys(response.json()) == eleven
    assert response.json()["next"] is response.json()["previous"] is None
    assert "Link" not in response


def test_neighbours_are_linked_in_the_header_and_keep_the_query(api, eleven):
    second = api.get(api.get("/api/answers/?page_size=2&q=%C3%BC").json()["next"])
    body = second.json()
    assert second["Link"] == f'<{body["next"]}>; rel="next", <{body["previous"]}>; rel="prev"'
    assert "q=%C3%BC" in body["next"]


def test_the_same_page_has_the_same_links(api, eleven):
    first, again = (api.get("/api/answers/?page_size=2").json() for _ in range(2))
    assert first == again


def test_a_row_added_in_front_shifts_nothing(api, eleven):
    following = api.get("/api/answers/?page_size=3").json()["next"]
    StoredAnswer.objects.create(
        user=make_user("wanda"), key="new", fingerprint="", status=200, answered_at=START + timedelta(days=1)
    )
    assert keys(api.get(following).json()) == eleven[3:6]


def test_a_page_whose_rows_are_gone_is_empty(api, eleven):
    following = api.get("/api/answers/?page_size=3").json()["next"]
    StoredAnswer.objects.all().delete()
    assert api.get(following).json() == {"results": [], "next": None, "previous": None}


def test_a_page_is_one_query(api, eleven, django_assert_num_queries):
    following = api.get("/api/answers/?page_size=3").json()["next"]
    with django_assert_num_queries(1):
        api.get(following)


@pytest.mark.parametrize("size", ["0", "101", "-1", "+5", "x", "", "1.5", "٣", "9" * 5000])
def test_a_bad_page_size_is_422_naming_it(api, size):
    response = api.get("/api/answers/", {"page_size": size})
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/page_size"


@pytest.mark.parametrize("cursor", ["", "x", "cD0y", "WzAsIjEiXQ:forged", "ü"])
def test_a_forged_cursor_is_422_naming_it(api, cursor):
    response = api.get("/api/answers/", {"cursor": cursor})
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "/cursor"


def test_a_cursor_of_another_list_is_422(api, eleven):
    following = api.get("/api/answers/?page_size=3").json()["next"]
    assert api.get(following.replace("/answers/", "/values/")).status_code == 422


@pytest.mark.parametrize("address", ["/api/unordered/", "/api/undecided/"])
def test_an_order_with_ties_is_refused_to_the_programmer(api, address):
    with pytest.raises(ImproperlyConfigured):
        api.get(address)
