"""Passkeys: added, renamed and removed; logging in, confirming and signing with them; and what is refused."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from editorial.accounts.second_factor import has_second_factor
from reviews.lifecycle import State
from reviews.models import Signature
from tests.admin.test_flow import address, as_sent, words
from tests.support import factories
from tests.support.factories import PASSWORD
from tests.support.passkeys import SITE, VERIFIED, Passkey, add, log_in_by, log_in_options
from tests.support.second_factors import factors, log_in

pytestmark = pytest.mark.django_db

INDEX = reverse("mfa_index")


@pytest.fixture
def review():
    return factories.make_review_at(State.ACCEPTED)


@pytest.fixture
def ada(review):
    return review.member.user


@pytest.fixture
def own(client, ada, settings):
    """Ada's browser, on a site that checks origins as in production."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN, settings.SITE_URL = False, "https://site.example"
    log_in(client)
    return client


HERE = {"origin": "https://site.example"}


@pytest.fixture
def passkey(own):
    passkey = Passkey()
    assert add(own, passkey, **HERE).status_code == 302
    return passkey


def logged_in(client):
    return "_auth_user_id" in client.session


def test_passkey_is_for_the_host_of_the_site_and_gets_a_name(own, passkey, ada):
    assert factors(ada) == {"webauthn", "recovery_codes"}
    assert "Passkey , added on" in words(own.get(INDEX))
    page = own.get(reverse("mfa_add_webauthn"))
    options = page.context["js_data"]["creation_options"]["publicKey"]
    assert (options["rp"]["id"], options["rp"]["name"]) == ("site.example", "Imprimatur")
    assert page.context["form"].initial["name"] == "Passkey 2"
    assert own.get(reverse("mfa_list_webauthn"))["Location"] == INDEX


def test_passkey_logs_in_alone_and_is_counted(ada, passkey):
    other = Client()
    assert log_in_by(other, passkey.shown(log_in_options(other), **HERE))["Location"] == "/admin/"
    assert logged_in(other)
    assert Authenticator.objects.get(type="webauthn").data["sign_count"] == 1


def test_passkey_takes_the_place_of_the_code(ada, passkey):
    other = Client()
    log_in(other)
    page = other.get(reverse("mfa_authenticate"))
    credential = passkey.shown(page.context["js_data"]["request_options"], **HERE)
    other.post(reverse("mfa_authenticate"), {"credential": json.dumps(credential)})
    assert logged_in(other)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "http://site.example"},
        {"challenge": "AAAA", **HERE},
        {"flags": VERIFIED & ~4, **HERE},
    ],
    ids=["another site", "without TLS", "another question", "nobody verified"],
)
def test_answers_that_are_not_for_here_and_now_are_refused(passkey, wrong):
    other = Client()
    answer = log_in_by(other, passkey.shown(log_in_options(other), **wrong))
    assert answer["Location"] == reverse("account_login")
    assert "This code is wrong" in words(other.get(answer["Location"]))
    assert not logged_in(other)


def test_answer_works_once(passkey):
    other = Client()
    credential = passkey.shown(log_in_options(other), **HERE)
    log_in_by(other, credential)
    other.logout()
    log_in_by(other, credential)
    log_in_options(other)
    log_in_by(other, credential)
    assert not logged_in(other)


@pytest.mark.parametrize("broken", [{"key": Passkey().key}, {"number": b"unknown"}, {"owner": "zzzz"}, {"owner": ""}])
def test_passkey_of_nobody_or_with_another_key_is_refused(passkey, broken):
    other, forged = Client(), Passkey(passkey.key, passkey.number, owner=passkey.owner)
    for name, value in broken.items():
        setattr(forged, name, value)
    log_in_by(other, forged.shown(log_in_options(other), **HERE))
    assert not logged_in(other)


def test_copy_counts_on_its_own_and_is_refused(passkey):
    copy, other = Passkey(passkey.key, passkey.number, owner=passkey.owner), Client()
    for _ in range(2):
        log_in_by(other, passkey.shown(log_in_options(other), **HERE))
        other.logout()
    log_in_by(other, copy.shown(log_in_options(other), **HERE))
    assert not logged_in(other)


def test_passkeys_that_are_kept_in_sync_count_nothing(passkey):
    for _ in range(2):
        other, passkey.count = Client(), -1
        log_in_by(other, passkey.shown(log_in_options(other), **HERE))
        assert logged_in(other)


@pytest.mark.parametrize("sent", ["", "[]", "{}", "null", "x", '{"response": 5}', '{"id": 1, "response": {}}', "[1]"])
def test_what_is_no_credential_is_refused(own, passkey, sent):
    other = Client()
    assert own.post(reverse("mfa_add_webauthn"), {"credential": sent}).status_code == 200
    log_in_options(other)
    assert other.post(reverse("mfa_login_webauthn"), {"credential": sent}).status_code == 302
    assert not logged_in(other)


def test_closed_account_is_not_let_in(passkey, ada):
    ada.is_active = False
    ada.save()
    other = Client()
    page = log_in_by(other, passkey.shown(log_in_options(other), **HERE))
    assert "This account is closed" in words(other.get(page["Location"]))
    assert not logged_in(other)


def test_passkey_is_not_added_without_verification_or_for_another_site(own, ada):
    assert add(own, Passkey(), origin="https://elsewhere.example").status_code == 200
    assert add(own, Passkey(), flags=VERIFIED & ~4, **HERE).status_code == 200
    assert not has_second_factor(ada)


def test_passkey_is_removed_with_its_recovery_codes(own, passkey, ada):
    (pk,) = Authenticator.objects.filter(type="webauthn").values_list("pk", flat=True)
    own.post(reverse("mfa_edit_webauthn", args=[pk]), {"name": "Key in the drawer"})
    assert "Key in the drawer" in words(own.get(reverse("mfa_remove_webauthn", args=[pk])))
    own.post(reverse("mfa_remove_webauthn", args=[pk]))
    assert factors(ada) == set()


def test_passkey_of_another_person_is_not_reached(own, passkey):
    other, ben = Client(), factories.make_member("ben").user
    ben.set_password(PASSWORD)
    ben.save()
    log_in(other, "ben")
    other.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    (pk,) = Authenticator.objects.filter(type="webauthn").values_list("pk", flat=True)
    for page in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert other.get(reverse(page, args=[pk])).status_code == 404


# --- signing --------------------------------------------------------------------------------------------------------


def options(client):
    return client.get(reverse("passkey_options")).json()["request_options"]


def sign(client, review, credential):
    page = client.get(address(review, "do", "sign"))
    sent = {"decision": "approve", "password": "", "code": "", "passkey": json.dumps(credential)}
    return client.post(address(review, "do", "sign"), as_sent(page, **sent))


def test_passkey_signs(own, passkey, review):
    assert 'data-passkey="id_passkey"' in own.get(address(review, "do", "sign")).content.decode()
    assert sign(own, review, passkey.shown(options(own), **HERE)).status_code == 302
    assert Signature.objects.get().identified_by == ["webauthn"]


@pytest.mark.parametrize("wrong", [{"origin": SITE}, {"challenge": "AAAA", **HERE}])
def test_wrong_passkey_signs_nothing(own, passkey, review, wrong):
    answer = sign(own, review, passkey.shown(options(own), **wrong))
    assert answer.status_code == 422
    assert "This passkey is not yours" in words(answer)
    assert not Signature.objects.exists()


def test_options_are_for_who_is_logged_in(client):
    assert client.get(reverse("passkey_options")).status_code == 302
