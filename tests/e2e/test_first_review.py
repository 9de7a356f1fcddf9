"""A physician who was never here: from the mail of the invitation to a signature with a passkey, without any help."""

import re
import sys

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.lifecycle import State
from editorial.mail import notices, sweep
from reviews.models import ClaimCheck, Signature
from tests.e2e.passkeys import add_virtual_authenticator
from tests.support import factories
from tests.support.account_invitations import NEW

pytestmark = pytest.mark.usefixtures("transactional_db", "own_counts")

MOST_PAGES = 12
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture
def version(settings, live_server):
    settings.SITE_URL, settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = live_server.url, False
    factories.make_policy(quorum=1)
    factories.make_specialty()
    return factories.make_submitted(now=timezone.now())


def invite(page: Page, version) -> None:
    """The administrator invites Rosa Reed to review, who has no account."""
    page.goto(f"/admin/articles/version/{version.pk}/do/invite/")
    page.get_by_label("Someone who has no account yet").check()
    page.get_by_text("Name and address of someone").click()
    fields = {"First name": "Rosa", "Last name": "Reed", "E-mail address": "rosa@example.org", "Credentials": "MD"}
    for label, typed in {**fields, "Licence expires on": "2099-12-31"}.items():
        page.get_by_label(label).fill(typed)
    page.get_by_label("Immunology").check()
    page.get_by_role("button", name="Invite a reviewer").click()
    expect(page.get_by_text("Invited. The mail is on its way.")).to_be_visible()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_physician_comes_from_the_mail_to_a_signature_with_a_passkey(version, sign_in, open_page, size, capsys):
    invite(sign_in(factories.make_user("root", is_superuser=True, is_editor=True)), version)
    sweep.send_due(notices, clock=timezone.now)
    (letter,) = [one for one in mail.outbox if one.to == ["rosa@example.org"]]
    page = open_page()
    page.set_viewport_size(size)
    pages, fields = [], []
    page.on("load", lambda loaded: pages.append(loaded.url))
    add_virtual_authenticator(page)

    page.goto(re.search(r"https?://\S+/invitation/\S+", letter.body)[0])
    for label in ("Password", "Password confirmation"):
        page.get_by_label(label, exact=True).fill(NEW)
        fields.append(label)
    page.get_by_role("button", name="Save the password and log in").click()

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="I have saved them").click()

    page.get_by_role("link", name="Declare your interests").first.click()
    page.get_by_label("I have nothing to declare under the items that I left empty").check()
    fields.append("interests")
    page.get_by_role("main").locator("[type=submit]").first.click()

    page.get_by_role("link", name=version.question).first.click()
    page.get_by_label("What you can do").get_by_role("link", name="Accept", exact=True).click()
    page.get_by_role("main").locator("[type=submit]").first.click()
    expect(page.locator("#saved")).to_have_text("Everything is saved")
    page.wait_for_load_state()
    for claim in page.locator("#desk-text .claim").all():
        claim.click()
        with page.expect_response(lambda answer: "verdict" in answer.url and answer.ok):
            page.keyboard.press("s")
        fields.append("verdict")
    page.get_by_role("link", name="Sign a decision").click()
    page.get_by_label("Approve", exact=False).check()
    fields.append("decision")
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()

    page.wait_for_load_state("load")
    assert Signature.objects.get().identified_by == ["webauthn"]
    assert ClaimCheck.objects.count() > 0
    assert factories.reread(version).state == State.APPROVED
    with capsys.disabled():
        sys.stdout.write(f"\nA first review: {len(pages)} pages, {len(fields)} fields\n")
    assert len(pages) <= MOST_PAGES, pages
