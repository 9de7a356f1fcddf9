"""Second factors in a real browser: an app with codes, recovery codes, and passkeys of a virtual authenticator."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import CDPSession, Page, expect

from editorial.accounts.second_factor import recovery_codes_left
from editorial.models import Notice
from reviews.models import Review, Signature
from tests.e2e.conftest import PASSWORD
from tests.e2e.passkeys import add_virtual_authenticator
from tests.support import factories
from tests.support.second_factors import code


@pytest.fixture
def page(transactional_db, sign_in, live_server, settings) -> Page:
    """Ada's browser; she has accepted a review."""
    settings.SITE_URL, settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = live_server.url, False
    factories.make_policy(quorum=1, questions=())
    now = timezone.now()
    review = factories.make_accepted(factories.make_submitted(now=now), now=now)
    return sign_in(review.member.user)


def confirm_with_the_password(page: Page) -> None:
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")


def begin_log_in(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    page.goto("/admin/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def open_sign_page(page: Page) -> None:
    page.goto(reverse("admin:reviews_review_do", args=[Review.objects.get().pk, "sign"]))
    page.locator("input[value=request_changes]").check()
    page.get_by_label("Statement").fill("Say how often.")


# --- an app with codes ----------------------------------------------------------------------------------------------


@pytest.fixture
def codes(page) -> list[str]:
    """The recovery codes that Ada got when she set up an app."""
    page.get_by_role("link", name="My account").click()
    page.get_by_role("link", name="Set one up").click()
    page.get_by_role("link", name="Set up an app").click()
    confirm_with_the_password(page)
    expect(page.get_by_role("heading", name="Set up an app")).to_be_visible()
    assert page.locator(".qr svg").bounding_box()["width"] > 150
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("Code", exact=True).fill(code(secret=secret, at=timezone.now()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    return page.locator(".recovery-codes li").all_inner_texts()


def test_app_is_asked_for_at_the_login_and_at_signing_and_recovery_codes_take_its_place(page, codes):
    assert len(codes) == 10
    begin_log_in(page)
    page.get_by_label("Code", exact=True).fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("This code is wrong, too old, or was used already.")
    page.get_by_label("Code", exact=True).fill(codes[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    open_sign_page(page)
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Code of your second factor").fill(codes[1])
    page.get_by_role("button", name="Sign a decision").dblclick()
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()
    assert Signature.objects.count() == 1
    assert recovery_codes_left(Signature.objects.get().signer) == 8


# --- passkeys -------------------------------------------------------------------------------------------------------


@pytest.fixture
def device(page) -> tuple[CDPSession, str]:
    """Chromium's virtual authenticator: a phone that knows Ada by her fingerprint, and its number."""
    return add_virtual_authenticator(page)


@pytest.fixture
def passkey(page, device) -> Authenticator:
    """The passkey that Ada added on the page for it."""
    page.goto(reverse("mfa_index"))
    page.get_by_role("link", name="Add a passkey").click()
    confirm_with_the_password(page)
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have saved them").click()
    return Authenticator.objects.get(type="webauthn")


def test_passkey_logs_in_without_the_password_and_signs(page, passkey):
    page.get_by_role("button", name="Log out").click()
    page.goto("/admin/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    open_sign_page(page)
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()
    assert Signature.objects.get().identified_by == ["webauthn"]
    passkey.refresh_from_db()
    assert passkey.data["sign_count"] == 3
    assert Notice.objects.filter(kind="second_factor").count() == 1


def test_passkey_takes_the_place_of_the_code_after_the_password(page, passkey):
    begin_log_in(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Start")).to_be_visible()


def test_passkey_is_renamed_and_removed(page, passkey):
    page.goto(reverse("mfa_index"))
    expect(page.get_by_role("main")).to_contain_text("My phone, added on")
    page.get_by_role("link", name="Rename My phone").click()
    page.get_by_label("Name").fill("Old phone")
    page.get_by_role("button", name="Rename it").click()
    page.goto(reverse("mfa_index"))
    page.get_by_role("link", name="Remove Old phone").click()
    page.get_by_role("button", name="Remove the passkey").click()
    page.goto(reverse("mfa_index"))
    expect(page.get_by_role("main")).not_to_contain_text("Old phone")
    assert not Authenticator.objects.exists()


def test_confirmation_by_passkey_where_factors_are_changed(page, passkey):
    page.get_by_role("button", name="Log out").click()
    page.goto("/admin/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    page.goto(reverse("mfa_reauthenticate_webauthn") + "?next=" + reverse("mfa_generate_recovery_codes"))
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.get_by_role("heading", name="Make new recovery codes")).to_be_visible()


def test_copy_of_a_passkey_is_noticed_by_its_count_and_refused(page, device, passkey):
    session, number = device
    page.get_by_role("button", name="Log out").click()
    (credential,) = session.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]
    page.goto("/admin/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    session.send("WebAuthn.clearCredentials", {"authenticatorId": number})
    session.send("WebAuthn.addCredential", {"authenticatorId": number, "credential": {**credential, "signCount": 0}})
    page.goto("/admin/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("main")).to_contain_text("This code is wrong, too old, or was used already.")
    expect(page.get_by_label("Username")).to_be_visible()


def test_browser_that_gives_none_is_said_beside_the_button(page, device, passkey, forgiving):
    session, number = device
    session.send("WebAuthn.clearCredentials", {"authenticatorId": number})
    open_sign_page(page)
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="The browser gave no passkey.")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    assert not Signature.objects.exists()


TAMPER = """part => {
  const get = window.webauthnJSON.get;
  window.webauthnJSON = { get: async options => {
    const answer = await get(options);
    const decode = text => atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const said = JSON.parse(decode(answer.response.clientDataJSON));
    said[part] = part === "origin" ? "https://elsewhere.example" : "AAAA";
    const encoded = btoa(JSON.stringify(said));
    answer.response.clientDataJSON = encoded.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    return answer;
  } };
}"""
"""JavaScript: change a part of what the browser said before it is sent."""


@pytest.mark.parametrize("part", ["origin", "challenge"])
def test_answer_for_another_site_or_another_question_is_refused(page, passkey, part, expected_on_console):
    expected_on_console.append("422")
    open_sign_page(page)
    page.evaluate(TAMPER, part)
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.get_by_role("main")).to_contain_text("This passkey is not yours, or it was asked too long ago.")
    assert not Signature.objects.exists()
