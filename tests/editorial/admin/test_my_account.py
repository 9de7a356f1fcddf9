"""The page “My account”, the download of one's data, and what administrators see of an account's access."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from editorial.actions import renew_calendar
from editorial.admin.my_account import lifetimes
from editorial.models import ApiToken, LedgerEntry, User
from reviews.lifecycle import State
from tests.admin.test_flow import address, do, words
from tests.support import factories
from tests.support.factories import NOW, PASSWORD
from tests.support.second_factors import SECRET, make_second_factor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_counts")]

PAGE = reverse("admin:my_account")
CURL = "curl/8.5.0"


def browser(user: User, **headers: str) -> Client:
    known = Client(headers=headers)
    known.force_login(user)
    known.get(PAGE)
    return known


def send(known: Client, act: str, **fields: object):
    return known.post(PAGE, {"do": act, **fields}, follow=True)


def token_fields(**changed: object) -> dict[str, object]:
    return {"name": "Export", "scopes": ["read"], "lifetime": "24", "password": PASSWORD, **changed}


def test_page_lists_sessions_with_the_one_in_use_first(wanda):
    known, _other = browser(wanda), browser(wanda, **{"User-Agent": CURL})
    page = known.get(PAGE)
    assert [(one["device"], one["current"]) for one in page.context["sessions"]] == [
        ("Unknown device", True),
        ("curl", False),
    ]
    assert "Log out all others" in words(page)


def test_page_of_a_new_session_lists_it(wanda):
    page = browser(wanda).get(PAGE)
    assert "This one" in words(page)
    assert "Log out all others" not in words(page)
    assert "You have no token." in words(page)


def test_one_session_or_all_others_are_logged_out(wanda):
    known, first, second, third = (browser(wanda) for _ in range(4))
    row = wanda.account_sessions.get(session_key=first.session.session_key)
    assert "The session is logged out." in words(send(known, "end_session", session=row.pk))
    assert first.get(PAGE).status_code == 302
    assert "There is no such session." in words(send(known, "end_session", session=row.pk))
    assert "2 other sessions are logged out." in words(send(known, "end_others"))
    assert [one.get(PAGE).status_code for one in (known, second, third)] == [200, 302, 302]


def test_token_is_created_and_shown_once_and_revoked(wanda):
    known = browser(wanda)
    shown = known.post(PAGE, {"do": "create_token", **token_fields()})
    token = ApiToken.objects.get()
    assert (token.name, token.scopes) == ("Export", ["read"])
    secret = shown.context["secret"]
    assert secret in words(shown)
    assert secret not in words(known.get(PAGE))
    assert "The token “Export” is revoked." in words(send(known, "revoke_token", token=token.public_id))
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"password": "not hers"}, "This is not your password."),
        ({"scopes": []}, "This field is required."),
        ({"lifetime": "25"}, "Select a valid choice."),
    ],
)
def test_token_that_cannot_be_created_says_why(changed, why, wanda):
    page = browser(wanda).post(PAGE, {"do": "create_token", **token_fields(**changed)})
    assert page.status_code == 422
    assert why in words(page)
    assert not ApiToken.objects.exists()


def test_token_needs_the_code_of_a_second_factor(wanda):
    codes = make_second_factor(wanda)
    known = browser(wanda)
    assert send(known, "create_token", **token_fields()).status_code == 422
    assert send(known, "create_token", **token_fields(code=codes[0])).status_code == 200
    assert "recovery codes left" in words(known.get(PAGE))
    assert ApiToken.objects.count() == 1


def test_token_of_an_account_that_changes_at_the_moment_is_refused(wanda, monkeypatch):
    known = browser(wanda)
    monkeypatch.setattr("editorial.admin.my_account.TokenForm.token", lambda form: change(form, wanda))
    page = known.post(PAGE, {"do": "create_token", **token_fields()})
    assert page.status_code == 409
    assert "The account was changed at this moment." in words(page)


def change(form, account: User) -> dict[str, object]:
    """Change the password between its check and the creation of the token, as another request may."""
    account.set_password("another long one 9")
    account.save()
    return form.arguments()


@pytest.mark.parametrize(
    "sent",
    [{"do": "everything"}, {}, {"do": "end_session", "session": "x"}, {"do": "revoke_token", "token": "x"}],
)
def test_what_the_page_does_not_offer_is_not_found(sent, wanda):
    assert browser(wanda).post(PAGE, sent).status_code == 404


@pytest.mark.parametrize(
    ("hours", "last"),
    [(24 * 30, (720, "30 days")), (24, (24, "1 day")), (10, (10, "10 hours")), (1, (1, "1 hour"))],
)
def test_lifetimes_end_with_the_longest_that_the_site_allows(hours, last, settings):
    settings.REST_KNOX = {"TOKEN_TTL": timedelta(hours=hours)}
    assert lifetimes()[-1] == last
    assert all(choice[0] < hours for choice in lifetimes()[:-1])


def test_page_links_to_the_board_record_of_members_only(ada, wanda):
    assert "Your calendar has no address." in words(browser(ada).get(PAGE))
    renew_calendar(member_id=ada.board_member.pk, by=ada, now=NOW)
    page = browser(ada).get(PAGE)
    assert "Your calendar has an address." in words(page)
    assert address(ada.board_member) in page.content.decode()
    assert "Calendar" not in words(browser(wanda).get(PAGE)).replace("Mail and calendar", "")


# --- the download ---------------------------------------------------------------------------------------------------


def test_download_has_what_the_site_stores_of_a_writer(policy, wanda, root):
    factories.make_submitted()
    wanda.last_name = "Writer"
    wanda.record(by=root, now=NOW, reason="She married.")
    known = browser(wanda, **{"User-Agent": CURL})
    ApiToken.objects.create(wanda, name="Export")
    answer = known.get(reverse("admin:my_data"))
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = answer.json()
    assert data["account"]["username"] == "wanda"
    changes = [(one["by"], one["reason"], one["last_name"]) for one in data["account_history"]]
    assert ("someone else", "She married.", "Writer") in changes
    assert [one["device"] for one in data["sessions"]] == ["curl"]
    assert [one["name"] for one in data["api_tokens"]] == ["Export"]
    assert data["board"] is data["second_factor"] is data["mail_preferences"] is None
    assert [one["number"] for one in data["work"]["versions_submitted"]] == [1]


def test_download_has_what_the_site_stores_of_a_member_and_nobody_elses_name(policy):
    review = factories.make_review_at(State.SIGNED)
    ada = review.member.user
    make_second_factor(ada)
    renew_calendar(member_id=review.member_id, by=ada, now=NOW)
    answer = browser(ada).get(reverse("admin:my_data"))
    data = answer.json()
    assert data["board"]["credentials"] == "MD, PhD"
    assert data["board"]["calendar_address"]["revoked_at"] is None
    assert data["second_factor"]["recovery_codes_left"] == 10
    assert len(data["board"]["statements_of_interests"]) == 1
    assert [one["decision"] for one in data["work"]["signatures"]] == ["approve"]
    assert [one["state"] for one in data["work"]["reviews"]] == ["signed"]
    assert "invitation" in {one["kind"] for one in data["mails"]}
    assert {one["chain_id"] for one in data["ledger"]}
    for other in User.objects.exclude(pk=ada.pk):
        assert other.username not in answer.text
        assert not other.email or other.email not in answer.text
    for secret in (ada.password, SECRET):
        assert secret not in answer.text


# --- what administrators see ------------------------------------------------------------------------------------------


def test_administrators_see_sessions_and_tokens_and_revoke_one(wanda, root, client):
    browser(wanda, **{"User-Agent": CURL})
    token, _secret = ApiToken.objects.create(wanda, name="Export", scopes=["read"])
    client.force_login(root)
    shown = words(client.get(address(wanda)))
    assert "curl, 127.0.0.1, last seen" in shown
    assert "Export: read; last used -" in shown
    answer = do(client, root, wanda, "revoke-token", token_id=token.public_id, reason="Public.")
    assert answer.status_code == 302
    assert LedgerEntry.objects.get(action="token_revoked").actor == root
    assert "Revoke an API token" not in words(client.get(address(wanda)))


def test_own_sessions_are_not_ended_on_the_page_of_the_account(root, client):
    client.force_login(root)
    shown = words(client.get(address(root)))
    assert "End your own on the page “My account”." in shown
    assert "Revoke an API token" not in shown
