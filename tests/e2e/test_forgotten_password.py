"""Forgotten passwords and lost phones in a real browser: from the page that asks for a link to the start page."""

import re

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from editorial.models import User
from editorial.tasks import sweep_notices
from tests.admin.test_flow import do
from tests.e2e.test_accessibility import faults, wrong
from tests.support import factories
from tests.support.second_factors import factors, make_second_factor

NEW = "another long one 9"
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def page(transactional_db, browser, live_server, settings, request, own_counts) -> Page:
    """A browser in which nobody is logged in, and that accepts the styles of axe."""
    settings.SITE_URL = live_server.url
    context = browser.new_context(base_url=live_server.url, bypass_csp=True, viewport=request.param)
    page = context.new_page()
    yield page
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    context.close()


@pytest.fixture
def ada(page) -> User:
    return factories.make_member("ada").user


@pytest.fixture
def found() -> dict[str, list[str]]:
    """What axe finds, by page."""
    return {}


def check(page: Page, found: dict[str, list[str]], heading: str) -> None:
    """Wait for the page with this heading and let axe look at it, in its own size again afterwards."""
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    size = page.viewport_size
    found[heading] = faults(page)
    page.set_viewport_size(size)


def open_link(page: Page) -> None:
    """Open the newest link that was mailed."""
    sweep_notices()
    page.goto(re.findall(r"http\S+/account/link/\S+", mail.outbox[-1].body)[-1])


def set_password(page: Page, found: dict[str, list[str]]) -> None:
    check(page, found, "Set a new password")
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password, once more").fill(NEW)
    page.get_by_role("button", name="Set the password").click()
    check(page, found, "Your password is set")
    page.get_by_role("link", name="Log in").click()
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(NEW)
    page.keyboard.press("Enter")


@transaction.atomic
def set_up(account: User) -> list[str]:
    """Set up an app; return the recovery codes."""
    return make_second_factor(account, now=timezone.now())


def forget(page: Page, found: dict[str, list[str]]) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="Forgot your password?").click()
    check(page, found, "Forgot your password?")
    page.get_by_label("E-mail address of your account").fill("Ada@example.org")
    page.get_by_role("button", name="Send me a link").click()
    check(page, found, "Look at your mail")
    open_link(page)


def test_forgotten_password_from_the_mail_to_the_start_page(page, ada, found):
    forget(page, found)
    used = page.url
    set_password(page, found)
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    page.context.clear_cookies()
    page.goto(used)
    check(page, found, "No longer valid")
    page.get_by_role("link", name="Ask for a new link").click()
    expect(page.get_by_role("heading", name="Forgot your password?")).to_be_visible()
    assert wrong(found) == {}


def test_lost_phone_with_a_recovery_code_after_a_forgotten_password(page, ada, found):
    codes = set_up(ada)
    forget(page, found)
    set_password(page, found)
    check(page, found, "Your second factor")
    page.get_by_label("Code", exact=True).fill(codes[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    assert factors(ada) == {"totp", "recovery_codes"}
    assert wrong(found) == {}


def test_lost_everything_is_set_right_by_an_administrator(page, ada, found, client):
    set_up(ada)
    root = factories.make_user("root", is_superuser=True)
    assert do(client, root, ada, "reset-second-factor", reason="Phone lost; seen in person.").status_code == 302
    assert do(client, root, ada, "send-password-link").status_code == 302
    open_link(page)
    set_password(page, found)
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    assert wrong(found) == {}


def test_changed_address_from_the_page_of_the_password_to_the_confirmation(page, ada, found):
    page.goto(reverse("admin:password_change"))
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Change your e-mail address").click()
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.keyboard.press("Enter")
    check(page, found, "E-mail address")
    page.get_by_label("New e-mail address").fill("ada@hospital.example")
    page.get_by_role("button", name="Send a link there").click()
    expect(page.get_by_role("status")).to_contain_text("You want to change to ada@hospital.example.")
    check(page, found, "E-mail address")
    sweep_notices()
    confirm = next(one for one in mail.outbox if one.to == ["ada@hospital.example"])
    page.goto(re.findall(r"http\S+/account/link/\S+", confirm.body)[0])
    check(page, found, "Your new e-mail address")
    page.get_by_role("button", name="Change my address").click()
    check(page, found, "Your e-mail address is changed")
    page.get_by_role("link", name="Go to your start page").click()
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    assert User.objects.get(pk=ada.pk).email == "ada@hospital.example"
    assert wrong(found) == {}
