"""Faults between a user and the server: a killed server, a change of browser, no JavaScript."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Error, Page, expect

from config.servers.redis_server import free_port
from editorial.models import Unsent
from reviews.models import Comment, Review, Signature
from tests.e2e.conftest import PASSWORD
from tests.support import factories

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def review(transactional_db) -> Review:
    factories.make_policy()
    now = timezone.now()
    return factories.make_accepted(factories.make_submitted(now=now), now=now)


def at(record, page: str, *more: str) -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}", args=[record.pk, *more])


@pytest.fixture
def server(transactional_db) -> Iterator[Callable[[], subprocess.Popen]]:
    """Start the web server as a separate process, always on the same port. It is killed at the end if it still runs."""
    port, started = free_port(), []
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}", "--threads=4"]

    def start() -> subprocess.Popen:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "DATABASE_URL": database}, start_new_session=True
        )
        started.append(process)
        return process

    start.address = f"http://127.0.0.1:{port}"
    yield start
    for process in started:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    """Kill the server and its workers at once, as a power cut does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def opened(page: Page, address: str) -> None:
    """Open the page, and retry until the server has started."""
    for _ in range(50):
        try:
            page.goto(address)
        except Error:
            page.wait_for_timeout(200)
        else:
            return


def test_server_that_is_killed_while_somebody_types_loses_nothing(review, server, browser, client):
    process = server()
    page = browser.new_context(base_url=server.address).new_page()
    client.force_login(review.member.user)  # the tests use a password hasher that the server does not have
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.address}])
    opened(page, at(review, "desk"))
    expect(page.locator("#saved")).to_have_text("Everything is saved")
    page.keyboard.press("c")
    page.keyboard.type("Before, ")
    expect(page.locator("#saved")).to_contain_text("Saved")
    kill(process)
    page.keyboard.type("during ")
    expect(page.locator("#desk-trouble")).to_contain_text("cannot be reached")
    server()
    page.keyboard.type("and after.")
    expect(page.locator("#saved")).to_contain_text("Saved", timeout=20_000)
    expect(page.locator("#desk-trouble")).to_be_hidden()
    assert Unsent.objects.get().value["text"] == "Before, during and after."
    page.context.close()


def test_another_browser_is_given_what_was_typed_on_each_page(review, sign_in):
    draft = factories.make_draft("another", now=timezone.now())
    ada, wanda = review.member.user, factories.make_user("wanda")
    first = sign_in(ada)
    first.goto(at(review, "desk"))
    first.keyboard.press("c")
    first.keyboard.type("Typed at the desk.")
    expect(first.locator("#saved")).to_contain_text("Saved")
    first.goto(at(review, "do", "sign"))
    expect(first.get_by_role("main")).to_contain_text("1 form of the desk holds text")
    first.get_by_label("Statement").fill("Typed to sign.")
    first.get_by_label("Your password").fill("never kept")
    expect(first.get_by_text("Your input is autosaved")).to_be_visible()
    writer = sign_in(wanda)
    writer.goto(at(draft, "change"))
    writer.get_by_role("textbox", name="Body").fill("Typed in a text.")
    expect(writer.get_by_text("Your input is autosaved")).to_be_visible()
    assert not Unsent.objects.filter(value__icontains="never kept").exists()

    second = sign_in(ada)
    second.goto(at(review, "desk"))
    expect(second.locator("#desk-evidence .chosen textarea[name=text]").first).to_have_value("Typed at the desk.")
    second.goto(at(review, "do", "sign"))
    expect(second.get_by_label("Statement")).to_have_value("Typed to sign.")
    expect(second.get_by_label("Your password")).to_have_value("")
    other = sign_in(wanda)
    other.goto(at(draft, "change"))
    other.get_by_role("button", name="Restore it").click()
    expect(other.get_by_role("textbox", name="Body")).to_have_value("Typed in a text.")
    other.get_by_role("button", name="Save and continue").click()
    expect(other.get_by_text("was changed successfully")).to_be_visible()
    assert draft.renditions.get().body == "Typed in a text."
    assert not Unsent.objects.filter(owner=wanda).exists()


def test_text_typed_without_a_connection_is_shown_when_the_draft_was_submitted_meanwhile(transactional_db, forgiving):
    factories.make_policy()
    draft, wanda = factories.make_draft(now=timezone.now()), factories.make_user("wanda")
    page = forgiving(wanda)
    page.goto(at(draft, "change"))
    page.context.set_offline(True)
    page.get_by_role("textbox", name="Body").fill("Typed on a train.")
    expect(page.locator("[data-typing-trouble]")).to_contain_text("cannot be reached")
    factories.articles.submit(version_id=draft.pk, by=wanda, now=timezone.now())
    page.close(run_before_unload=False)
    again = page.context.new_page()
    page.context.set_offline(False)
    again.goto(at(draft, "change"))
    left = again.get_by_role("region", name="Your unsaved input")
    expect(left.get_by_role("textbox")).to_contain_text("Typed on a train.")
    left.get_by_role("button", name="Discard it").click()
    expect(left).to_have_count(0)
    assert not Unsent.objects.exists()


def test_saving_signing_and_commenting_work_without_scripts(review, forgiving):
    draft = factories.make_draft("another", now=timezone.now())
    wanda, ada = (
        forgiving(user, java_script_enabled=False) for user in (factories.make_user("wanda"), review.member.user)
    )
    wanda.goto(at(draft, "change"))
    wanda.get_by_role("textbox", name="Body").fill("Typed without scripts [@orbach2005].")
    wanda.get_by_role("button", name="Save and continue").click()
    expect(wanda.get_by_text("was changed successfully")).to_be_visible()
    assert draft.renditions.get().body == "Typed without scripts [@orbach2005]."
    ada.goto(at(review, "desk"))
    ada.get_by_role("button", name="Supports", exact=False).first.click()
    expect(ada.get_by_text("Verdict saved.")).to_be_visible()
    ada.locator("#passages").get_by_label("Your comment").fill("By form.")
    ada.locator("#passages").get_by_role("button", name="Save comment").click()
    expect(ada.get_by_text("Comment saved.")).to_be_visible()
    ada.goto(at(review, "do", "sign"))
    ada.get_by_label("Approve", exact=False).check()
    ada.get_by_label("Your password").fill(PASSWORD)
    ada.get_by_role("button", name="Sign a decision").click()
    expect(ada.get_by_role("heading", name="Receipt of a signature")).to_be_visible()
    assert Signature.objects.count() == Comment.objects.count() == 1
