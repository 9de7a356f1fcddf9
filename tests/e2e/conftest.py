"""Fixtures for tests with a real browser and a real server.

A console error, or a request to another server, fails the test.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support import factories

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PASSWORD = factories.PASSWORD
PATIENCE = 30_000  # milliseconds in which a page must show what is expected, also on a busy machine

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session", autouse=True)
def allow_the_database_beside_the_browser() -> None:
    """Allow database access: Playwright runs an event loop in this thread, so Django assumes asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium, from PATH or from Playwright."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
        connections.close_all()  # with Playwright's event loop Django opens other connections, and leaves them open


@pytest.fixture
def expected_on_console() -> list[str]:
    """Texts that are allowed in console errors of this test, because it causes a fault."""
    return []


def close(contexts: list[BrowserContext]) -> None:
    """Close the browser contexts, and wait until the server has answered what their pages sent at the end."""
    for context in contexts:
        context.close()
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=PATIENCE / 1000)


@pytest.fixture
def open_page(browser, live_server, expected_on_console) -> Iterator[Callable[[], Page]]:
    """Open pages, each in its own browser context. At the end, fail if any of them had an error."""
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
    close(contexts)
    assert [words for words in wrong if not any(part in words for part in expected_on_console)] == []


@pytest.fixture
def demo_site(transactional_db, live_server, settings) -> str:
    """The URL of a site with the unchanged demo."""
    settings.SITE_URL = live_server.url
    settings.DEBUG = True
    call_command("load_demo", stdout=StringIO())
    settings.DEBUG = False
    return live_server.url


@pytest.fixture
def sign_in(open_page) -> Callable[..., Page]:
    """Log a user in at the admin by typing the password."""

    def signed_in(user) -> Page:
        user.set_password(PASSWORD)
        user.save()
        page = open_page()
        page.goto("/admin/")
        log_in(page, user)
        return page

    return signed_in


def log_in(page: Page, user) -> None:
    """Fill in and send the login form."""
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.fixture
def forgiving(browser, live_server) -> Iterator[Callable[..., Page]]:
    """Log a user in on a page that does not fail on console errors, and accepts the styles of axe.

    Browsers report a refused request as a console error.
    """
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
    close(contexts)
