"""Readers choose their audience once, and every page shows the text for it, with or without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_accessibility import ALL, COLOURS, ENLARGED, TABLET, grave
from tests.support import factories
from tests.support.readers import publish

NARROW = {"width": 360, "height": 740}
NOTE = "There is no text for “Family member or carer” yet; this one is for “Patient”."


@pytest.fixture
def articles(transactional_db) -> None:
    """An article with a text for patients, and one without."""
    for position, code in enumerate(["professional", "patient"]):
        factories.make_audience(code, position=position)
    factories.make_audience("caregiver", name="Family member or carer", position=2)
    factories.make_policy(fallbacks={"caregiver": "patient"})
    publish(slug="both", codes=["patient"])
    publish(slug="one", question="And in children?")


def choose(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def expect_chosen(page: Page, *names: str) -> None:
    expect(page.locator(".audiences [aria-current=true]")).to_have_text(list(names))


def test_reader_chooses_by_keyboard_and_finds_the_choice_on_the_next_page(articles, open_page):
    page = open_page()
    page.goto("/articles/both/")
    expect_chosen(page, "Professional")
    page.get_by_role("button", name="Family member or carer").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/both/?audience=caregiver")
    expect_chosen(page, "Family member or carer")
    expect(page.locator(".audiences .note")).to_have_text(NOTE)
    page.goto("/")
    page.get_by_role("link", name="And in children?").click()
    expect(page.locator(".audiences .note")).to_contain_text("this one is for “Professional”")
    expect_chosen(page, "Family member or carer")
    choose(page, "Clear my choice")
    expect(page).to_have_url(re.compile(r"/articles/one/$"))
    expect_chosen(page, "Professional")
    expect(page.locator(".audiences .note")).to_have_count(0)
    assert "audience" not in {cookie["name"] for cookie in page.context.cookies()}


def test_reader_chooses_without_javascript(articles, browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/articles/both/")
    choose(page, "Patient")
    page.goto("/articles/both/")
    expect_chosen(page, "Patient")
    (cookie,) = [cookie for cookie in context.cookies() if cookie["name"] == "audience"]
    assert (cookie["value"], cookie["httpOnly"], cookie["sameSite"]) == ("patient", True, "Lax")
    context.close()


def test_page_of_a_reader_who_chose_is_for_everybody(articles, forgiving):
    page = forgiving(factories.make_user("wanda"), viewport=TABLET)
    page.goto("/articles/both/")
    choose(page, "Family member or carer")
    wrong = []
    for scheme, rules in (("light", ALL), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        wrong += [(scheme, fault) for fault in grave(page, rules)]
    for size in (TABLET, ENLARGED, NARROW):
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        wrong += [size["width"]] if wide else []
    assert wrong == []
