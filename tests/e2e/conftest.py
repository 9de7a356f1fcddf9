"""A real browser against a real server. A console error or a request to anywhere else fails the journey."""

import os
import shutil
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import factories

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PASSWORD = factories.PASSWORD
PATIENCE = 30_000  # milliseconds until a page should show what is expected, on a machine that does much else

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session", autouse=True)
def allow_the_database_beside_the_browser() -> None:
    """Playwright keeps an event loop in this thread, which Django would take for asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, from PATH or the one that Playwright brought."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
        connections.close_all()  # beside Playwright's event loop Django keeps others than without it, and forgets them


@pytest.fixture
def expected_on_console() -> list[str]:
    """Words that may stand on the console of this test, as part of the fault that it makes."""
    return []


@pytest.fixture
def open_page(browser, live_server, expected_on_console) -> Iterator[Callable[[], Page]]:
    """Opens pages, each a person of its own, and at the end refuses whatever went wrong on them."""
    contexts, wrong = [], []

    def page_of_a_new_person() -> Page:
        context = browser.new_context(base_url=live_server.url)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda sent: None if sent.url.startswith(live_server.url) else wrong.append(sent.url))
        return page

    yield page_of_a_new_person
    for context in contexts:
        context.close()
    assert [words for words in wrong if not any(part in words for part in expected_on_console)] == []


@pytest.fixture
def demo_site(transactional_db, live_server, settings) -> str:
    """Where the demo is, with nothing changed yet."""
    settings.SITE_URL = live_server.url
    settings.DEBUG = True
    call_command("load_demo", stdout=StringIO())
    settings.DEBUG = False
    return live_server.url


@pytest.fixture
def sign_in(open_page) -> Callable[..., Page]:
    """Signs somebody in at the admin, with the password typed."""

    def signed_in(user) -> Page:
        user.set_password(PASSWORD)
        user.save()
        page = open_page()
        page.goto("/admin/")
        log_in(page, user)
        return page

    return signed_in


def log_in(page: Page, user) -> None:
    """Fill in the page that asks who one is."""
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.fixture
def forgiving(browser, live_server) -> Iterator[Callable[..., Page]]:
    """Signs in on pages that may show a refusal, which browsers report as an error, and take the styles of axe."""
    contexts = []

    def signed_in(user, **options) -> Page:
        user.set_password(PASSWORD)
        user.save()
        context = browser.new_context(**{"base_url": live_server.url, "bypass_csp": True, **options})
        contexts.append(context)
        page = context.new_page()
        page.goto("/admin/")
        log_in(page, user)
        return page

    yield signed_in
    for context in contexts:
        context.close()
