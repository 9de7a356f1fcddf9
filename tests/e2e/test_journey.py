"""The whole life of an article in the browser: from a draft to Approved, with one round of changes."""

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.lifecycle import State
from articles.models import Version
from editorial.record import ledger
from reviews.models import Comment
from tests.e2e.conftest import PASSWORD
from tests.support import factories

CLAIMS = 40
TEXT = "".join(f"- Statement {number} holds [@orbach2005].\n" for number in range(CLAIMS))
WORDING = "Statement 5 holds in adults."


def open_version(page: Page, version: Version) -> None:
    page.goto(reverse("admin:articles_version_change", args=[version.pk]))


def do(page: Page, verb: str) -> None:
    """Use an action of the open page, and confirm it."""
    page.get_by_label("What you can do").get_by_role("link", name=verb, exact=True).click()
    page.get_by_role("main").locator("[type=submit]").first.click()


def accept(page: Page, version: Version) -> None:
    """Accept the invitation from the start page, and open the desk."""
    page.goto("/admin/")
    page.get_by_role("link", name=version.question).first.click()
    do(page, "Accept")
    page.goto(reverse("admin:reviews_review_desk", args=[version.reviews.get(member__user__username=name_of(page)).pk]))
    expect(page.locator("#saved")).to_have_text("Everything is saved")


def name_of(page: Page) -> str:
    return page.locator("#user-tools strong").inner_text().split()[0].lower()


def sign(page: Page, decision: str) -> None:
    page.get_by_role("link", name="Sign a decision").click()
    page.get_by_label(decision, exact=False).check()
    page.get_by_label("Statement").fill("Read against every reference.")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign a decision").click()
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()


def propose(page: Page) -> None:
    """Add a blocking comment with a proposed wording to the selected claim."""
    form = page.locator("#desk-evidence .chosen .add-comment").last
    page.keyboard.press("c")
    page.keyboard.type("In whom?")
    form.locator("textarea[name=proposal]").fill(WORDING)
    form.get_by_label("Blocking", exact=False).check()
    form.get_by_role("button", name="Save comment").click()
    expect(page.locator("#progress-words")).to_have_text("40 of 40 checked, 1 blocking")


def test_answer_goes_from_draft_over_requested_changes_to_approved(transactional_db, open_page, sign_in):
    factories.make_policy(quorum=2, claim_checks="one")
    first = factories.make_draft(now=timezone.now())
    members = {name: factories.make_member(name).user for name in ("ada", "ben")}
    wanda, edith = (sign_in(factories.make_user(name)) for name in ("wanda", "edith"))
    ada, ben = (sign_in(member) for member in members.values())

    open_version(wanda, first)
    wanda.get_by_role("textbox", name="Body").fill(TEXT)
    wanda.get_by_role("button", name="Save and continue").click()
    expect(wanda.get_by_text("was changed successfully")).to_be_visible()
    do(wanda, "Submit for review")
    open_version(edith, first)
    do(edith, "Invite the suggested reviewers")
    assert first.reviews.count() == 2

    accept(ada, first)
    for _ in range(CLAIMS):
        ada.keyboard.press("s")
        ada.keyboard.press("n")
    expect(ada.locator("#progress-words")).to_have_text("40 of 40 checked, 0 blocking")
    ada.locator("#desk-text .claim").nth(5).click()
    propose(ada)
    sign(ada, "Request changes")

    open_version(wanda, first)
    do(wanda, "Revise")
    wanda.goto(reverse("admin:reviews_comment_change", args=[Comment.objects.get().pk]))
    do(wanda, "Use this wording")
    second = Version.objects.get(number=2)
    assert f"- {WORDING[:-1]} [@orbach2005].\n" in second.renditions.get().body
    open_version(wanda, second)
    do(wanda, "Submit for review")
    open_version(edith, second)
    do(edith, "Invite the suggested reviewers")

    accept(ada, second)
    expect(ada.locator("#progress-words")).to_have_text("39 of 40 checked, 1 blocking")
    expect(ada.get_by_role("main")).to_contain_text("1 cited statement changed")
    ada.keyboard.press("o")
    ada.keyboard.press("s")
    expect(ada.locator("#progress-words")).to_have_text("40 of 40 checked, 1 blocking")  # until she approves the change
    sign(ada, "Approve")
    reader = open_page()
    reader.goto(f"/articles/{first.article.slug}/")
    expect(reader.get_by_role("main")).to_contain_text("not yet approved")
    accept(ben, second)
    sign(ben, "Approve")

    reader.reload()
    expect(reader.get_by_role("main")).to_contain_text("Reviewed and approved by our medical advisory board")
    expect(reader.get_by_role("main")).to_contain_text("Statement 5 holds in adults")
    assert factories.reread(second).state == State.APPROVED
    assert list(ledger.chain_breaks()) == []
