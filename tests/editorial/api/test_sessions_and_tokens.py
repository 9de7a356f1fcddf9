"""API tokens and sessions over HTTP: created with a name, scopes and lifetime, listed, and ended by their owner."""

from datetime import timedelta

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from editorial.actions import create_token
from editorial.http import sessions_seen
from editorial.models import AccountSession, ApiToken, Scope
from tests.support import factories
from tests.support.api import client, refused
from tests.support.second_factors import log_in as log_in_on_page

FIREFOX = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch) -> None:
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "token", "1000/min")


def log_in(**fields):
    return APIClient().post("/api/v1/tokens/", {"username": "wanda", "password": factories.PASSWORD, **fields})


def bearer(secret: str) -> APIClient:
    known = APIClient()
    known.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return known


def browser(user, **headers: str) -> Client:
    """A browser with a session of ``user`` that was used once."""
    known = Client(headers={"User-Agent": FIREFOX, **headers})
    known.force_login(user)
    known.get(reverse("admin:index"))
    return known


# --- create ---------------------------------------------------------------------------------------------------------


def test_token_has_the_name_scopes_and_lifetime_that_were_sent(wanda, time_machine):
    time_machine.move_to(factories.NOW, tick=False)
    made = log_in(name=" The import ", scopes=["write", "read"], lifetime_hours=48).json()
    assert set(made) == {"token", "id", "name", "scopes", "created_at", "last_used_at", "expires_at"}
    assert (made["name"], made["scopes"], made["last_used_at"]) == ("The import", ["read", "write"], None)
    assert ApiToken.objects.get().expiry == factories.NOW + timedelta(hours=48)
    assert str(ApiToken.objects.get()) == "The import"


def test_token_without_them_has_a_date_as_name_and_all_scopes_and_lasts_longest(wanda, time_machine):
    time_machine.move_to(factories.NOW, tick=False)
    made = log_in().json()
    assert (made["name"], made["scopes"]) == ("Token from 2 March 2026", Scope.values)
    assert ApiToken.objects.get().expiry == factories.NOW + timedelta(hours=24 * 30)


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("scopes", [], "/scopes"),
        ("scopes", ["everything"], "/scopes/0"),
        ("lifetime_hours", 0, "/lifetime_hours"),
        ("lifetime_hours", 24 * 30 + 1, "/lifetime_hours"),
        ("name", "x" * 101, "/name"),
    ],
)
def test_token_that_cannot_be_is_refused_at_the_field(field, value, pointer, wanda):
    refused(log_in(**{field: value}), 422, pointer=pointer)
    assert not ApiToken.objects.exists()


def test_action_refuses_unknown_scopes_and_lifetimes_together(wanda):
    with pytest.raises(Exception, match="Choose one or more") as refusal:
        create_token(scopes=["all"], lifetime=timedelta(), by=wanda, now=factories.NOW)
    assert [fault.pointer for fault in refusal.value.faults] == ["/scopes", "/lifetime_hours"]


@pytest.mark.parametrize(
    "changed",
    [{"password": "!"}, {"access_ended_at": factories.NOW}, {"is_active": False}],
    ids=["password", "ending", "closing"],
)
def test_account_that_changed_since_its_password_was_verified_gets_no_token(changed, wanda):
    for name, value in changed.items():
        setattr(wanda, name, value)
    wanda.save()
    verified = type(wanda).objects.get(pk=wanda.pk)
    for name in changed:
        setattr(verified, name, {"password": "x", "access_ended_at": None, "is_active": True}[name])
    with pytest.raises(Exception, match="changed at this moment") as refusal:
        create_token(scopes=["read"], by=verified, now=factories.NOW)
    assert (refusal.value.status, refusal.value.code) == (409, "account_changed")
    assert not ApiToken.objects.exists()


# --- list and revoke ------------------------------------------------------------------------------------------------


def test_own_valid_tokens_are_listed_without_secrets(wanda, walter):
    secret = log_in(name="one").json()["token"]
    ApiToken.objects.create(wanda, name="expired", expiry=timedelta(hours=-1))
    ApiToken.objects.create(walter, name="his")
    (shown,) = bearer(secret).get("/api/v1/me/tokens/").json()["results"]
    assert set(shown) == {"id", "name", "scopes", "created_at", "last_used_at", "expires_at"}
    assert shown["name"] == "one"
    assert shown["last_used_at"]


def test_own_token_is_revoked_and_that_of_another_is_not_found(wanda, walter):
    first, other = log_in().json(), ApiToken.objects.create(walter)[0]
    known = bearer(log_in().json()["token"])
    assert known.delete(f"/api/v1/me/tokens/{first['id']}/").status_code == 204
    refused(bearer(first["token"]).get("/api/v1/me/"), 401)
    refused(known.delete(f"/api/v1/me/tokens/{other.public_id}/"), 404)
    assert ApiToken.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_number_of_queries_however_long_they_are(count, wanda, django_assert_num_queries):
    for number in range(count):
        ApiToken.objects.create(wanda, name=f"token {number}")
        browser(wanda)
    for page in ("tokens", "sessions"):
        with django_assert_num_queries(1):
            assert len(client(wanda).get(f"/api/v1/me/{page}/").json()["results"]) == count


# --- the use of a token ---------------------------------------------------------------------------------------------


def used_at() -> object:
    return ApiToken.objects.get().last_used_at


def test_use_of_a_token_is_stored_at_most_once_a_minute(wanda, time_machine):
    time_machine.move_to(factories.NOW, tick=False)
    known = bearer(log_in().json()["token"])
    for seconds, stored in ((0, 0), (59, 0), (60, 60)):
        time_machine.move_to(factories.NOW + timedelta(seconds=seconds), tick=False)
        known.get("/api/v1/me/")
        assert used_at() == factories.NOW + timedelta(seconds=stored)


def test_use_that_another_process_just_stored_is_not_stored_again(wanda):
    token, _secret = ApiToken.objects.create(wanda)
    now = timezone.now()
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=now - timedelta(seconds=30))
    ApiToken.objects.note_use(token, now=now)
    assert used_at() == now - timedelta(seconds=30)


# --- sessions -------------------------------------------------------------------------------------------------------


def test_own_sessions_are_listed_with_device_and_address(wanda, walter, settings):
    settings.PROXIES = 1
    known = browser(wanda, **{"X-Forwarded-For": "6.6.6.6, 192.0.2.7"})
    browser(walter)
    (shown,) = known.get("/api/v1/me/sessions/").json()["results"]
    assert (shown["device"], shown["address"], shown["current"]) == ("Firefox on Ubuntu", "192.0.2.7", True)
    assert shown["begun_at"] <= shown["last_seen_at"]


def test_token_belongs_to_no_session(wanda):
    browser(wanda)
    (shown,) = bearer(log_in().json()["token"]).get("/api/v1/me/sessions/").json()["results"]
    assert shown["current"] is False


def test_session_is_logged_out_and_that_of_another_is_not_found(wanda, walter):
    own, other, his = browser(wanda), browser(wanda), browser(walter)
    rows = {name: row_of(one) for name, one in (("other", other), ("his", his))}
    assert own.delete(f"/api/v1/me/sessions/{rows['other'].pk}/").status_code == 204
    assert other.get(reverse("admin:index")).status_code == 302
    refused(own.delete(f"/api/v1/me/sessions/{rows['his'].pk}/"), 404)
    assert his.get(reverse("admin:index")).status_code == 200


def row_of(known: Client) -> AccountSession:
    return AccountSession.objects.get(session_key=known.session.session_key)


def test_use_of_a_session_is_stored_at_most_once_a_minute(wanda, time_machine, monkeypatch):
    time_machine.move_to(factories.NOW, tick=False)
    known = browser(wanda)
    for seconds, stored in ((59, 0), (60, 60), (100, 60)):
        time_machine.move_to(factories.NOW + timedelta(seconds=seconds), tick=False)
        known.get(reverse("admin:index"))
        assert row_of(known).last_seen_at == factories.NOW + timedelta(seconds=stored)
    monkeypatch.setattr(sessions_seen, "lately_noted", LocMemCache("another process", {}))
    known.get(reverse("admin:index"))
    assert row_of(known).last_seen_at == factories.NOW + timedelta(seconds=60)


def test_session_begins_with_the_log_in_and_keeps_its_begin(wanda, time_machine):
    time_machine.move_to(factories.NOW, tick=False)
    known = Client()
    log_in_on_page(known, "wanda")
    time_machine.move_to(factories.NOW + timedelta(hours=1), tick=False)
    known.get(reverse("admin:index"))
    assert (row_of(known).begun_at, str(row_of(known))) == (factories.NOW, "session of Wanda Example")
    assert row_of(known).last_seen_at == factories.NOW + timedelta(hours=1)


def test_readers_pages_and_strangers_store_nothing(wanda, policy):
    known = Client()
    known.force_login(wanda)
    known.get("/policy/")
    Client().get(reverse("account_login"))
    assert not AccountSession.objects.exists()


def test_logging_out_takes_the_session_off_the_list(wanda):
    known = browser(wanda)
    known.post(reverse("admin:logout"))
    assert list(wanda.account_sessions.live(at=timezone.now())) == []


@pytest.mark.django_db(transaction=True)
def test_pages_and_tokens_work_while_nothing_can_be_stored(wanda, caplog):
    secret, known = log_in().json()["token"], Client()
    known.force_login(wanda)
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        assert known.get(reverse("admin:index")).status_code == 200
        assert bearer(secret).get("/api/v1/me/").status_code == 200
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
    assert "the use of a session could not be stored: InternalError" in caplog.text
    assert "the use of a token could not be stored: InternalError" in caplog.text
