"""Retakes the pictures of the documentation, from a running demo: ``.venv/bin/python docs/pictures.py``."""

import shutil
import sys
from collections.abc import Callable
from email import message_from_bytes, policy
from html import escape
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HERE = Path(__file__).parent / "images"
PASSWORD = "imprimatur-demo"  # noqa: S105 - of the demo's accounts, which refuse to work anywhere else
SIZE: ViewportSize = {"width": 1280, "height": 800}
COLOURS = 128
MAILS = Path(__file__).parent.parent / ".demo" / "mail"
SIDE_BY_SIDE = """<!doctype html><body style="margin: 0; background: #fff"><p style="margin: 16px">{subject}</p>
<div style="display: flex; gap: 16px; margin: 16px"><pre style="flex: 1; font-size: 12px">{text}</pre>
<iframe style="flex: 1; height: 720px; border: 1px solid #bbb" srcdoc="{html}"></iframe></div>"""


def queue(page: Page) -> None:
    page.goto("/admin/")


def desk(page: Page) -> None:
    """A member's review that is accepted, at the first change."""
    page.goto("/admin/reviews/review/?state__exact=accepted")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("link", name="Open the review desk").click()
    expect(page.locator("#saved")).to_contain_text("saved")
    page.keyboard.press(".")
    expect(page.locator(".chosen-change")).to_be_in_viewport()


def sign(page: Page) -> None:
    desk(page)
    page.get_by_role("link", name="Sign a decision").click()
    page.set_viewport_size({"width": SIZE["width"], "height": 1300})


def writing(page: Page) -> None:
    page.goto("/admin/articles/version/?state__exact=draft")
    page.locator("#result_list tbody th a").first.click()
    page.locator("[data-preview-body] p").first.wait_for()


def rounds(page: Page) -> None:
    page.goto("/admin/articles/version/rounds/")


def ladder(page: Page) -> None:
    page.goto("/admin/editorial/editorialpolicy/")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("link", name="Preview reminders").click()


def mail(page: Page) -> None:
    """The newest mail, left as plain text, right in HTML, as two programs would show it."""
    page.goto("about:blank")  # away from the policy of the site, which knows no style in the page
    newest = max(MAILS.iterdir(), key=lambda path: path.stat().st_mtime)
    message = message_from_bytes(newest.read_bytes(), policy=policy.default)
    parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    shown = {"text": parts["text/plain"], "html": parts["text/html"], "subject": message["Subject"]}
    page.set_content(SIDE_BY_SIDE.format(**{name: escape(words) for name, words in shown.items()}))


PICTURES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "queue": ("esi", queue),
    "desk": ("ben", desk),
    "sign": ("ben", sign),
    "writing": ("wanda", writing),
    "rounds": ("edith", rounds),
    "ladder": ("edith", ladder),
    "mail": ("edith", mail),
}
"""By name: whose page it is, and the way to it."""


def take(browser: Browser, name: str, *, site: str) -> None:
    """Write the picture called ``name``, as small as its few colours allow."""
    username, go = PICTURES[name]
    page = browser.new_context(base_url=site, viewport=SIZE).new_page()
    page.goto("/admin/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Log out").wait_for()
    go(page)
    page.wait_for_load_state("networkidle")
    seen = Image.open(BytesIO(page.screenshot()))
    seen.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)
    page.context.close()


def main(site: str, *names: str) -> None:
    """Take the pictures called ``names``, else all, of the demo at ``site``."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for name in names or PICTURES:
            take(browser, name, site=site)


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["http://127.0.0.1:8000"]))
