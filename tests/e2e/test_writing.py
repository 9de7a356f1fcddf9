"""Writing and the page of rounds in a real browser: live preview, citations by keyboard, and no loss of typed text."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles import actions as articles
from articles.models import Version
from editorial.models import Notice
from reviews.models import Review
from tests.e2e.conftest import PASSWORD
from tests.support import factories

TABLET = {"width": 768, "height": 1024}


@pytest.fixture
def draft(transactional_db) -> Version:
    factories.make_policy()
    factories.make_reference("stiehm2013", title="Adverse effects of immunoglobulin")
    return factories.make_draft(now=timezone.now())


@pytest.fixture
def wanda(draft):
    return factories.make_user("wanda")


def address(record, page: str = "change") -> str:
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}", args=[record.pk])


def body(page: Page):
    return page.get_by_role("textbox", name="Body")


def test_writer_sees_what_is_typed_and_cites_a_work_by_keyboard(draft, wanda, sign_in):
    page = sign_in(wanda)
    page.goto(address(draft))
    body(page).fill("It is *mild* [@nobody1900]. So says one review")
    shown = page.get_by_role("region", name="Preview")
    expect(shown.locator("em")).to_have_text("mild")
    expect(shown).to_contain_text("matches no work in the library")
    page.keyboard.press("Control+End")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(body(page)).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Cite a work")).to_be_focused()
    page.keyboard.type("adverse stiehm")
    expect(page.get_by_role("listbox", name="Works").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(body(page)).to_have_value("It is *mild* [@nobody1900]. So says one review [@stiehm2013]")
    expect(body(page)).to_be_focused()
    page.keyboard.type(".")
    expect(shown).to_contain_text("Adverse effects of immunoglobulin")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert draft.renditions.get().body.endswith("[@stiehm2013].")


def test_second_to_save_loses_nothing_and_decides(draft, wanda, forgiving):
    page = forgiving(wanda)
    page.goto(address(draft))
    body(page).fill("Wanda wrote this [@orbach2005].")
    theirs = factories.make_texts("The other wrote this [@orbach2005].\n")
    articles.edit(version_id=draft.pk, texts=theirs, by=wanda, now=timezone.now())
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="saved first")).to_be_visible()
    expect(page.locator("del").first).to_contain_text("The other")
    expect(body(page)).to_have_value("Wanda wrote this [@orbach2005].")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert draft.renditions.get().body == "Wanda wrote this [@orbach2005]."


def test_lost_connection_and_expired_login_lose_nothing_that_was_typed(draft, wanda, forgiving):
    page = forgiving(wanda)
    page.goto(address(draft))
    page.context.set_offline(True)
    body(page).fill("Typed on a train [@orbach2005].")
    expect(page.get_by_text("What you typed is still here.")).to_be_visible()
    page.context.set_offline(False)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_label("Username").fill("wanda")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Restore it").click()
    expect(body(page)).to_have_value("Typed on a train [@orbach2005].")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert draft.renditions.get().body == "Typed on a train [@orbach2005]."


def test_editor_gives_more_time_to_many_and_reminds_them(transactional_db, sign_in):
    factories.make_policy()
    now = timezone.now()
    for slug in ("one", "two"):
        factories.make_accepted(factories.make_submitted(slug, now=now), now=now)
    page = sign_in(factories.make_user("edith"))
    page.get_by_role("link", name="Rounds").click()
    choose_all(page)
    page.get_by_label("With the selected").select_option("Extend the deadline")
    day = timezone.localdate() + timedelta(days=90)
    page.get_by_label("New date").fill(day.isoformat())
    page.get_by_label("Reason").fill("Summer.")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Ada Example has time until")).to_have_count(2)
    assert {timezone.localtime(review.due_at).date() for review in Review.objects.all()} == {day}
    choose_all(page)
    page.get_by_label("With the selected").select_option("Send a reminder")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Ada Example is reminded.")).to_have_count(2)
    assert Notice.objects.filter(kind="review_reminder").count() == 2


def choose_all(page: Page) -> None:
    boxes = page.get_by_role("checkbox", name="Choose ")
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        box.check()
