"""Tokens and the own account over HTTP."""

import pytest
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from editorial.models import ApiToken
from tests.support import factories
from tests.support.api import client, nothing_stored, refused

SECRET = "a long enough secret"


@pytest.fixture
def known(wanda, request) -> APIClient:
    """A client at an address of its own, since attempts are counted by address."""
    wanda.set_password(SECRET)
    wanda.save()
    return APIClient(REMOTE_ADDR=f"10.9.{wanda.pk // 250 % 250}.{wanda.pk % 250}")


@pytest.fixture(autouse=True)
def unhurried(monkeypatch) -> None:
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "token", "1000/min")


def log_in(known: APIClient, **fields):
    return known.post("/api/v1/tokens/", {"username": "wanda", "password": SECRET, **fields})


def test_token_lets_its_owner_in_until_it_is_ended(known):
    response = log_in(known)
    assert response.status_code == 201
    assert response.json()["expires_at"]
    known.credentials(HTTP_AUTHORIZATION=f"Token {response.json()['token']}")
    assert known.get("/api/v1/me/").json()["username"] == "wanda"
    assert known.delete("/api/v1/tokens/current/").status_code == 204
    refused(known.get("/api/v1/me/"), 401)


def test_token_is_not_stored_but_its_digest(known):
    token = log_in(known).json()["token"]
    assert token not in {row.digest for row in ApiToken.objects.all()}


def test_wrong_password_and_unknown_name_are_told_alike(known):
    answers = [log_in(known, password="wrong"), log_in(known, username="nobody")]
    told = {refused(answer, 401, code="authentication_failed")["detail"] for answer in answers}
    assert len(told) == 1
    assert answers[0]["WWW-Authenticate"] == "Token"
    assert not ApiToken.objects.exists()


def test_closed_account_gets_no_token(known, wanda):
    wanda.is_active = False
    wanda.save()
    refused(log_in(known), 401)


@pytest.mark.parametrize("body", [{}, {"password": SECRET}, {"username": None, "password": SECRET}])
def test_login_without_a_name_names_the_field(body, known):
    refused(known.post("/api/v1/tokens/", body), 422, pointer="/username")


def test_guessing_is_locked_out(known):
    for _ in range(10):
        log_in(known, password="wrong")
    refused(log_in(known), 429)


def test_logging_in_too_often_is_told_when_to_come_again(known, monkeypatch, own_counts):
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "token", "2/min")
    answers = [log_in(known) for _ in range(3)]
    refused(answers[-1], 429, code="throttled")
    assert int(answers[-1]["Retry-After"]) > 0


def test_ending_a_token_without_one_conflicts(wanda):
    refused(client(wanda).delete("/api/v1/tokens/current/"), 409, code="no_token")


def test_session_without_its_csrf_token_may_read_and_not_write(wanda):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(wanda)
    assert browser.get("/api/v1/me/").status_code == 200
    with nothing_stored():
        refused(browser.post("/api/v1/articles/", {"slug": "x", "question": "Why?"}), 403)


@pytest.mark.parametrize(
    ("fields", "roles"),
    [
        ({}, []),
        ({"is_writer": True}, ["writer"]),
        ({"is_editor": True, "is_superuser": True}, ["editor", "administrator"]),
    ],
)
def test_account_tells_its_roles(fields, roles, db):
    shown = client(factories.make_user("dora", **fields)).get("/api/v1/me/").json()
    assert shown == {
        "username": "dora",
        "name": "Dora Example",
        "email": "dora@example.org",
        "roles": roles,
        "member": None,
    }


def test_account_of_a_board_member_shows_the_record_on_the_board(ada):
    shown = client(ada).get("/api/v1/me/").json()
    assert shown["roles"] == ["board_member"]
    assert (shown["member"]["id"], shown["member"]["credentials"]) == (ada.board_member.pk, "MD, PhD")
