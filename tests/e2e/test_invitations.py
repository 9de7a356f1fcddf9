"""An invitation in a real browser: from the form of the editor through the mail to the start page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from editorial.mail import notices, sweep
from editorial.models import AccountInvitation, User
from tests.support import factories
from tests.support.account_invitations import NEW, link_in_mail, make_account_invitation

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
PEOPLE = "first_name,last_name,email,roles\nNora,Newman,nora@example.org,writer\nEdith,Again,edith@example.org,writer\n"

pytestmark = pytest.mark.usefixtures("own_counts")


def assert_accessible(page: Page) -> None:
    """axe finds nothing serious, and the page is not wider than the window."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


@pytest.fixture
def accessible_page(browser, live_server, transactional_db):
    """Pages that accept the styles of axe."""
    contexts = []

    def opened(size: dict[str, int]) -> Page:
        contexts.append(browser.new_context(base_url=live_server.url, bypass_csp=True, viewport=size))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_person_goes_from_the_mail_to_the_start_page(accessible_page, live_server, settings, size):
    settings.SITE_URL = live_server.url
    make_account_invitation()
    page = accessible_page(size)
    page.goto(link_in_mail())
    expect(page.get_by_role("heading", name="Welcome, Nora Newman")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Password", exact=True).fill("password1234")
    expect(page.locator(".strength output")).to_contain_text("can be guessed too easily")
    page.get_by_label("Password", exact=True).fill(NEW)
    expect(page.locator(".strength output")).to_have_text("Very good.")
    assert page.locator(".strength meter").evaluate("meter => meter.value") == 4
    assert_accessible(page)
    page.get_by_label("Password confirmation").fill(NEW)
    page.get_by_role("button", name="Save the password and log in").dblclick()
    expect(page.get_by_role("heading", name="First things to do")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Hide this list").click()
    expect(page.get_by_role("heading", name="First things to do")).to_be_hidden()
    page.get_by_role("button", name="Log out").click()
    page.goto(f"/invitation/{'guess'}/")
    assert_accessible(page)


@pytest.mark.usefixtures("transactional_db")
def test_page_works_within_the_sites_own_content_security_policy(open_page):
    make_account_invitation()
    page = open_page()
    page.goto(link_in_mail())
    page.get_by_label("Password", exact=True).fill(NEW)
    expect(page.locator(".strength output")).to_have_text("Very good.")
    page.get_by_label("Password confirmation").fill(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="First things to do")).to_be_visible()
    assert User.objects.get(email="nora@example.org").check_password(NEW)


@pytest.mark.usefixtures("transactional_db")
def test_editor_invites_one_and_many_and_a_reviewer_who_is_new(forgiving):
    factories.make_policy()
    factories.make_specialty()
    version = factories.make_submitted(now=timezone.now())
    page = forgiving(factories.make_user("edith", is_editor=True), viewport=DESKTOP)
    page.get_by_role("link", name="Invite people").click()
    page.get_by_role("link", name="Invite a person").click()
    assert_accessible(page)
    page.get_by_label("First name").fill("Omar")
    page.get_by_label("Last name").fill("Ode")
    page.get_by_label("E-mail address").fill("omar@example.org")
    page.get_by_label("Writer").check()
    page.get_by_role("button", name="Invite a person").click()
    expect(page.get_by_text("Invited. The mail is on its way.")).to_be_visible()
    assert_accessible(page)
    page.goto("/admin/editorial/accountinvitation/")
    assert_accessible(page)
    page.get_by_role("link", name="Invite many").click()
    page.get_by_label("List").fill(PEOPLE)
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_text("There is an account with this address already.")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Invite 1 person").click()
    expect(page.get_by_text("1 person was invited.")).to_be_visible()
    page.goto(f"/admin/articles/version/{version.pk}/do/invite/")
    page.get_by_label("Someone who has no account yet").check()
    page.get_by_text("Name and address of someone").click()
    page.get_by_label("First name").fill("Rosa")
    page.get_by_label("Last name").fill("Reed")
    page.get_by_label("E-mail address").fill("rosa@example.org")
    page.get_by_label("Credentials").fill("MD")
    page.get_by_label("Immunology").check()
    page.get_by_label("Licence expires on").fill("2099-12-31")
    assert_accessible(page)
    page.get_by_role("button", name="Invite a reviewer").click()
    expect(page.get_by_text("Invited. The mail is on its way.")).to_be_visible()
    sweep.send_due(notices, clock=timezone.now)
    assert [one.to for one in mail.outbox if "/invitation/" in one.body and "/accept/" in one.body] == [
        ["rosa@example.org"]
    ]
    assert AccountInvitation.objects.open().count() == 3
