"""Logging in by name or address: the fields, the new session and its longest life, the lock, and logging out."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from editorial.models import User
from reviews.lifecycle import State
from reviews.models import Signature
from tests.admin.test_flow import do, words
from tests.support import factories
from tests.support.factories import NOW, PASSWORD
from tests.support.second_factors import code, log_in, make_second_factor, wrong

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

LOG_IN, CONFIRM = reverse("account_login"), reverse("account_reauthenticate")
START = reverse("admin:index")


def inputs(page) -> dict[str, str]:
    """Return the ``input`` elements of a page by name, as HTML."""
    elements = re.findall(r"<input\b[^>]*>", page.content.decode())
    return {name[1]: element for element in elements if (name := re.search(r'\bname="(\w+)"', element))}


def is_let_in(client: Client) -> bool:
    return client.get(START).status_code == 200


# --- fields ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("account_login", {"password": "current-password"}),
        ("account_reauthenticate", {"password": "current-password"}),
        (
            "admin:password_change",
            {
                "old_password": "current-password",
                "new_password1": "new-password",
                "new_password2": "new-password",
            },
        ),
        ("admin:my_account", {"password": "current-password"}),
    ],
)
def test_passwords_are_masked_and_known_to_password_managers(client, ada, name, fields):
    if name != "account_login":
        client.force_login(ada)
    shown = inputs(client.get(reverse(name)))
    for field, purpose in fields.items():
        assert 'type="password"' in shown[field]
        assert f'autocomplete="{purpose}"' in shown[field]


def test_name_and_code_are_known_to_password_managers(client, ada):
    assert 'autocomplete="username webauthn"' in inputs(client.get(LOG_IN))["login"]
    make_second_factor(ada)
    log_in(client)
    assert 'autocomplete="one-time-code"' in inputs(client.get(reverse("mfa_authenticate")))["code"]


# --- sessions -------------------------------------------------------------------------------------------------------


def test_log_in_has_a_new_session_key_and_the_former_one_is_worth_nothing(client, ada):
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    planted = client.session.session_key
    log_in(client)
    assert planted
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not is_let_in(thief)
    assert is_let_in(client)


def confirm_by_password(client):
    return client.post(CONFIRM, {"password": PASSWORD})


def test_confirmation_changes_the_session_key_and_a_refused_one_does_not(client, ada):
    log_in(client)
    former = client.session.session_key
    client.post(CONFIRM, {"password": "not hers"})
    assert client.session.session_key == former
    assert confirm_by_password(client).status_code == 302
    assert client.session.session_key != former
    thief = Client()
    thief.cookies["sessionid"] = former
    assert not is_let_in(thief)
    assert is_let_in(client)


@time_machine.travel(NOW, tick=False)
def test_confirmation_by_code_changes_the_session_key_too(client, ada):
    codes = make_second_factor(ada)
    log_in(client, code=codes[0])
    former = client.session.session_key
    assert client.post(reverse("mfa_reauthenticate"), {"code": code()}).status_code == 302
    assert client.session.session_key != former
    assert is_let_in(client)


def test_session_ends_twelve_hours_after_the_log_in_although_it_is_used(client, ada):
    with time_machine.travel(NOW, tick=False) as clock:
        log_in(client)
        clock.move_to(NOW + timedelta(hours=11, minutes=59))
        confirm_by_password(client)
        assert is_let_in(client)
        clock.move_to(NOW + timedelta(hours=12))
        assert not is_let_in(client)
        log_in(client)
        assert is_let_in(client)


@pytest.mark.parametrize("name", ["admin:index", "admin:my_account", "mfa_index", "admin:password_change"])
def test_every_page_of_who_is_logged_in_has_the_button_to_log_out(client, ada, name):
    client.force_login(ada)
    assert 'action="/admin/logout/"' in client.get(reverse(name)).content.decode()
    client.post(reverse("admin:logout"))
    assert not is_let_in(client)


# --- the lock -------------------------------------------------------------------------------------------------------


def spellings(text: str, count: int) -> list[str]:
    """Return ``count`` spellings of an address that differ by a capital letter."""
    return [text[:place] + text[place:].capitalize() for place in range(count)]


def test_wrong_passwords_count_together_however_the_account_is_named(client, ada):
    for name in [*spellings("ada@example.org", 3), *["ada"] * 7]:
        log_in(client, name, password="not hers")
    for name in ("ada", ada.email, ada.email.title()):
        assert log_in(client, name).status_code == 429
    assert not is_let_in(client)


def test_wrong_passwords_of_one_address_lock_no_other_out(client, ada, ben):
    for _ in range(10):
        log_in(client, ada.email, password="not hers")
    for name in (ada.email, "nobody@example.org"):
        log_in(client, name, password="not hers")
    assert log_in(client, ben.email).status_code == 302
    assert is_let_in(client)


@time_machine.travel(NOW, tick=False)
def test_wrong_codes_at_a_signature_count_although_each_attempt_is_refused(client):
    review = factories.make_review_at(State.ACCEPTED)
    ada: User = review.member.user
    make_second_factor(ada)
    for _ in range(10):
        do(client, ada, review, "sign", decision="approve", code=wrong())
    answer = do(client, ada, review, "sign", decision="approve", code=code())
    assert "Too many wrong codes" in words(answer)
    assert not Signature.objects.exists()
