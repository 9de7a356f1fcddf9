from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from editorial.record import ledger
from tests.e2e.conftest import PASSWORD
from tests.support import factories


def review(page, question):
    """Go from the start page to a signed approval, as a board member."""
    page.get_by_role("link", name=question).first.click()
    page.get_by_role("link", name="Accept", exact=False).first.click()
    page.get_by_role("main").locator("[type=submit]").first.click()
    page.get_by_role("link", name="Sign", exact=False).first.click()
    page.get_by_label("Approve", exact=False).check()
    page.get_by_label("Statement").fill("Read against every reference.")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("main").locator("[type=submit]").first.click()
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()


def test_two_members_sign_in_the_admin_and_readers_see_approved(transactional_db, open_page, sign_in):
    factories.make_policy(quorum=2)
    now = timezone.now()
    version = factories.make_submitted(now=now)
    ada, ben = (factories.make_invitation(version, name, now=now).member.user for name in ("ada", "ben"))
    reader = open_page()
    address = f"/articles/{version.article.slug}/"

    reader.goto(address)
    expect(reader.get_by_role("main")).to_contain_text("has not been reviewed yet")
    review(sign_in(ada), version.question)
    reader.reload()
    expect(reader.get_by_role("main")).to_contain_text("not yet approved")
    review(sign_in(ben), version.question)
    reader.reload()

    page = reader.get_by_role("main")
    expect(page).to_contain_text("Reviewed and approved by our medical advisory board")
    expect(page).to_contain_text("Ada Example, MD, PhD")
    expect(page).to_contain_text("Ben Example, MD, PhD")
    expect(page).to_contain_text(f"{timezone.localdate():%-d %B %Y}")
    expect(page).not_to_contain_text("not approved")
    assert list(ledger.chain_breaks()) == []


def test_follow_up_question_is_kept_and_the_reader_is_thanked(transactional_db, open_page, monkeypatch):
    monkeypatch.setattr("articles.reader_messages.form_tokens.READS_FOR", timedelta(0))
    version = factories.make_approved(now=timezone.now())
    page = open_page()
    page.goto(f"/articles/{version.article.slug}/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.get_by_label("Your question").fill("Does it help to drink more water?")
    page.get_by_role("button", name="Look for an answer").click()
    page.get_by_role("button", name="Send it to the editors").click()
    expect(page.get_by_role("status").first).to_contain_text("Thank you")
    assert version.article.questions.get().text == "Does it help to drink more water?"
