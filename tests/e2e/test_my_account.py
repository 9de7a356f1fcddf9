"""The page “My account” in a real browser: sessions, tokens and the download, on a desktop and on a phone."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from editorial.models import ApiToken, Scope
from tests.e2e.conftest import PASSWORD
from tests.support import factories

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
GRAVE = ("serious", "critical")


def faults(page: Page) -> list[str]:
    """Return the serious faults of the open page in both themes, and whether it is wider than the window."""
    found = []
    page.add_style_tag(content="* { transition: none !important }")  # colours on their way count, too
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        result = Axe().run(page, options={"resultTypes": ["violations"]})
        found += [f"{scheme}: {one['id']}" for one in result.response["violations"] if one["impact"] in GRAVE]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than the window")
    return found


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_person_creates_and_revokes_a_token_and_logs_out_elsewhere(transactional_db, forgiving, size):
    wanda = factories.make_user("wanda", is_writer=True)
    page, other = forgiving(wanda, viewport=size), Client(headers={"User-Agent": "curl/8.5.0"})
    other.force_login(wanda)
    other.get(reverse("admin:index"))
    page.get_by_role("link", name="My account").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    page.get_by_text("Create a token", exact=True).click()
    assert faults(page) == []
    page.get_by_label("Name", exact=True).fill("Import of drafts")
    page.get_by_label("Write:").check()
    page.get_by_label("Valid for").select_option("7 days")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Create the token").click()
    expect(page.get_by_text("It is shown this once.")).to_be_visible()
    assert faults(page) == []
    token = ApiToken.objects.get()
    assert (token.name, token.scopes) == ("Import of drafts", [Scope.READ, Scope.WRITE])
    page.get_by_role("link", name="I have saved it").click()
    page.get_by_role("button", name="Revoke Import of drafts").click()
    expect(page.get_by_text("The token “Import of drafts” is revoked.")).to_be_visible()
    page.get_by_role("button", name="Log out all others").click()
    expect(page.get_by_text("1 other session is logged out.")).to_be_visible()
    assert other.get(reverse("admin:index")).status_code == 302
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download it as JSON").click()
    with begun.value.path().open() as file:
        assert json.load(file)["account"]["username"] == "wanda"
