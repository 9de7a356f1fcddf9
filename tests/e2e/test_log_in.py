"""Logging in with a password from a password manager, which pastes it."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import PASSWORD
from tests.support import factories


def test_password_is_pasted_and_typed_masked(transactional_db, open_page, live_server):
    page: Page = open_page()
    account = factories.make_user("wanda", is_writer=True)
    account.set_password(PASSWORD)
    account.save()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username").fill("wanda@example.org")
    page.evaluate("text => navigator.clipboard.writeText(text)", PASSWORD)
    password = page.get_by_label("Password")
    password.press("Control+v")
    expect(password).to_have_value(PASSWORD)
    expect(password).to_have_attribute("type", "password")
    password.press("Enter")
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
