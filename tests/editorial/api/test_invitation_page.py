"""The page behind the link of an invitation: what it shows, accepts and refuses, and that it stays private."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user
from django.core import mail
from django.utils import timezone

from editorial import actions
from editorial.models import LedgerEntry, User
from tests.admin.test_flow import words
from tests.support import factories
from tests.support.account_invitations import NEW, link_in_mail, link_of, make_account_invitation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

CHOSEN = {"password1": NEW, "password2": NEW}


@pytest.fixture
def invitation():
    return make_account_invitation()


@pytest.fixture
def edith(invitation):
    return invitation.invited_by


def test_opening_the_link_changes_nothing_and_shows_name_address_and_role(client, invitation):
    before = LedgerEntry.objects.count()
    answer = client.get(link_of(invitation))
    page = words(answer)
    assert answer.status_code == 200
    assert "Welcome, Nora Newman Edith Example invited you to Imprimatur as writer." in page
    assert "nora@example.org" in page
    assert LedgerEntry.objects.count() == before
    assert not User.objects.get(pk=invitation.account_id).has_usable_password()


def test_page_is_private(client, invitation):
    for address in (link_of(invitation), "/invitation/guess/"):
        answer = client.get(address)
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()


def test_person_chooses_a_password_and_is_logged_in_on_the_start_page(client, invitation):
    address = link_in_mail()
    answer = client.post(address, CHOSEN, follow=True)
    assert answer.redirect_chain == [("/admin/", 302)]
    assert get_user(client).pk == invitation.account_id
    assert "begun_at" in client.session
    assert "First things to do" in words(answer)
    assert mail.outbox[0].to == ["nora@example.org"]


def test_user_name_is_shown_if_it_is_not_the_address(client):
    invitation = make_account_invitation(email="o'nora@example.org")
    assert "User name o_nora@example.org" in words(client.get(link_of(invitation)))


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        ({"password1": NEW, "password2": "another"}, "two password fields"),
        ({"password1": "nora", "password2": "nora"}, "too short"),
        ({"password1": "nora@example.org", "password2": "nora@example.org"}, "guessed too easily"),
        ({}, "required"),
    ],
)
def test_password_that_is_not_accepted_is_refused_on_the_page(client, invitation, sent, refusal):
    answer = client.post(link_of(invitation), sent)
    assert answer.status_code == 422
    assert refusal in words(answer)
    assert get_user(client).is_anonymous


def test_second_click_and_later_use_say_to_log_in(client, client_factory, invitation):
    assert client.post(link_of(invitation), CHOSEN).status_code == 302
    other = client_factory()
    answer = other.post(link_of(invitation), CHOSEN)
    assert answer.status_code == 409
    assert "Log in here This account has a password already. Log in with it." in words(answer)
    assert get_user(other).is_anonymous


@pytest.fixture
def client_factory(client):
    return type(client)


def test_expired_link_says_whom_to_ask(client, invitation):
    with time_machine.travel(timezone.now() + timedelta(days=14, seconds=1), tick=False):
        answer = client.get(link_of(invitation))
    assert answer.status_code == 410
    assert "This link has expired" in words(answer)
    assert "Ask Edith Example for a new link." in words(answer)


def test_revoked_and_replaced_links_say_so(client, edith, invitation):
    newer = actions.renew_invitation(invitation_id=invitation.pk, by=edith, now=timezone.now())
    assert "There is a newer link" in words(client.get(link_of(invitation)))
    actions.revoke_invitation(invitation_id=newer.pk, by=edith, now=timezone.now())
    assert "This invitation was revoked" in words(client.get(link_of(newer)))


def test_guessed_link_is_not_found(client):
    answer = client.get("/invitation/guess/")
    assert answer.status_code == 404
    assert "There is no such link." in words(answer)


def test_person_who_is_logged_in_keeps_their_session(client, edith, invitation):
    client.force_login(edith)
    answer = client.post(link_of(invitation), CHOSEN)
    assert answer.status_code == 403
    assert "You are logged in as Edith Example." in words(answer)
    assert "Go to your start page" in words(answer)
    assert get_user(client) == edith


def test_guessing_is_slowed_down(client):
    answers = [client.get(f"/invitation/guess-{number}/") for number in range(100)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert int(refused["Retry-After"]) > 0


def test_form_of_another_site_is_refused(client_factory, invitation):
    strict = client_factory(enforce_csrf_checks=True)
    assert strict.post(link_of(invitation), CHOSEN).status_code == 403


def test_page_asks_for_a_second_factor_afterwards_if_the_site_does(client, invitation, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    answer = client.post(link_of(invitation), CHOSEN, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/second-factor/"


def test_own_and_set_passwords_have_a_meter_too(client, invitation):
    root = factories.make_user("root", is_superuser=True)
    client.force_login(root)
    wanda = factories.make_user("wanda", is_writer=True)
    wanda.email = ""
    wanda.save()
    for address in ("/admin/password_change/", f"/admin/editorial/user/{wanda.pk}/do/set-password/"):
        assert 'data-strength="/password-strength/"' in client.get(address).content.decode()
