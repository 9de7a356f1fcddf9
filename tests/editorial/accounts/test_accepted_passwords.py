"""Which passwords are taken, and that they are compared as they were typed. ``docs/security.md`` refers to these."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory

from editorial.actions import change_password
from editorial.models import User
from tests.support.factories import NOW

pytestmark = pytest.mark.django_db

UNUSUAL = " Ωmega tiger  und Ärger im 7. Stock ✓ "


def set_password(user: User, password: str) -> None:
    validate_password(password, user)
    change_password(account_id=user.pk, password=password, by=user, now=NOW)


def is_let_in(password: str) -> bool:
    return authenticate(RequestFactory().post("/"), username="wanda", password=password) is not None


@pytest.mark.parametrize("password", ["vexingly grey umbrella", "938475629187465", UNUSUAL, "long and longer " * 16])
def test_password_of_any_characters_and_length_from_twelve_on_is_taken(wanda, password):
    set_password(wanda, password)
    assert is_let_in(password)


@pytest.mark.parametrize("password", ["a" * 11, "qwertyuiop123", "1q2w3e4r5t6y", "wanda@example.org"])
def test_short_common_and_personal_passwords_are_refused(wanda, password):
    with pytest.raises(ValidationError):
        validate_password(password, wanda)


@pytest.mark.parametrize("changed", [UNUSUAL.strip(), UNUSUAL.lower(), UNUSUAL.replace("  ", " "), UNUSUAL[:-2]])
def test_password_is_compared_exactly_as_it_was_typed(wanda, changed):
    set_password(wanda, UNUSUAL)
    assert not is_let_in(changed)


def test_password_does_not_expire(wanda):
    set_password(wanda, UNUSUAL)
    with time_machine.travel(NOW + timedelta(days=3650)):
        assert is_let_in(UNUSUAL)


def test_session_keys_are_random_and_long(wanda):
    keys = set()
    for _ in range(3):
        browser = Client()
        browser.force_login(wanda)
        keys.add(browser.session.session_key)
    assert len(keys) == 3
    assert min(map(len, keys)) >= 32
