"""The review desk in a browser: with the keyboard only, without a connection, without a login, in two tabs."""

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from articles import actions as articles
from articles.text.content import Text
from editorial.models import Unsent, User
from reviews.models import ClaimCheck, Comment
from tests.support import factories
from tests.support.proposals import make_draft_of, make_proposal
from tests.support.verdicts import body, check_all, claims_of, sent

CLAIMS = 40
EXPECTED = ("net::ERR_INTERNET_DISCONNECTED", "status of 403", "status of 412", "status of 422")
"""Console errors of the browser itself when the connection is cut or the server refuses a request."""

HEBREW, COMBINING = "\u05e9\u05dc\u05d5\u05dd", "e\u0301"


@pytest.fixture
def review(transactional_db):
    """Ada's accepted review of a text with 40 claims."""
    factories.make_policy()
    now = timezone.now()
    draft = factories.make_draft(now=now)
    text = f"Some **introduction** without a claim.\n\n{body(dict.fromkeys(range(CLAIMS), 'orbach2005'))}"
    articles.edit(version_id=draft.pk, texts=factories.make_texts(text), by=draft.created_by, now=now)
    version = articles.submit(version_id=draft.pk, by=draft.created_by, now=now)
    return factories.make_accepted(version, now=now)


@pytest.fixture
def desk(review, sign_in):
    """Ada's desk, opened from the start page."""
    page = sign_in(review.member.user)
    page.get_by_role("link", name=review.version.question).first.click()
    expect(page.locator("#saved")).to_have_text("Everything is saved")
    return page


def test_member_checks_forty_claims_by_keyboard_and_proposes_a_wording(desk, review):
    for number in range(CLAIMS):
        desk.keyboard.press("d" if number == 3 else "s")
        desk.keyboard.press("n")
    expect(desk.locator("#progress-words")).to_have_text("40 of 40 checked, 1 blocking")
    assert ClaimCheck.objects.count() == CLAIMS
    desk.locator("#desk-text .claim").nth(5).dblclick(position={"x": 10, "y": 10})
    desk.keyboard.press("c")
    expect(desk.locator("#desk-evidence .chosen .comment-form textarea[name=quote]")).to_have_value("Statement")
    desk.keyboard.type("Say which.")
    for _ in range(2):
        desk.keyboard.press("Tab")
    desk.keyboard.type("The fifth statement")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(desk.locator("#progress-words")).to_have_text("40 of 40 checked, 2 blocking")
    made = Comment.objects.get()
    said = (made.text, made.quote, made.proposal, made.is_blocking, made.claim)
    assert said == ("Say which.", "Statement", "The fifth statement", True, claims_of(review.version)[5])
    assert not Unsent.objects.exists()


def test_answer_that_is_late_does_not_turn_the_progress_back(desk, review):
    late = []

    def hold_the_first(route):
        if late:
            route.continue_()
        else:
            late.append((route, route.fetch()))

    desk.route(lambda url: "verdict" in url or "check" in url, hold_the_first)
    with desk.expect_request(lambda request: request.method == "POST"):
        desk.keyboard.press("s")
    desk.keyboard.press("n")
    desk.keyboard.press("s")
    while not late:
        desk.evaluate("() => new Promise(requestAnimationFrame)")
    route, answer = late[0]
    route.fulfill(response=answer)
    expect(desk.locator("#progress-words")).to_have_text("2 of 40 checked, 0 blocking")
    assert ClaimCheck.objects.count() == 2


def test_connection_cut_while_typing_and_judging_loses_nothing(desk, review, expected_on_console):
    expected_on_console.extend(EXPECTED)
    desk.keyboard.press("c")
    desk.keyboard.type("Before the cut, ")
    expect(desk.locator("#saved")).to_contain_text("Saved")
    desk.context.set_offline(True)
    desk.keyboard.type("and after it.")
    expect(desk.locator("#desk-trouble")).to_contain_text("kept in this browser")
    expect(desk.locator("#saved")).to_have_text("Not saved yet")
    desk.keyboard.press("Escape")
    desk.keyboard.press("s")
    expect(desk.locator("#progress-words")).to_have_text("0 of 40 checked, 0 blocking")
    desk.context.set_offline(False)
    expect(desk.locator("#progress-words")).to_have_text("1 of 40 checked, 0 blocking", timeout=10_000)
    expect(desk.locator("#desk-trouble")).to_be_hidden()
    expect(desk.locator("#saved")).to_contain_text("Saved", timeout=10_000)
    assert Unsent.objects.get().value["text"] == "Before the cut, and after it."


def test_closed_tab_and_expired_login_lose_nothing(desk, review, expected_on_console):
    expected_on_console.extend(EXPECTED)
    desk.keyboard.press("c")
    desk.keyboard.type("Kept ")
    expect(desk.locator("#saved")).to_contain_text("Saved")
    Session.objects.all().delete()
    desk.keyboard.type("all the same.")
    expect(desk.locator("#desk-trouble")).to_contain_text("Log in again in another tab")
    with desk.context.expect_page() as opened:
        desk.locator("#desk-trouble a").click()
    login = opened.value
    login.get_by_label("Username").fill("ada")
    login.get_by_label("Password").fill("three quiet herons")
    login.get_by_role("button", name="Log in").click()
    expect(login.locator("#desk-evidence .chosen textarea[name=text]").first).to_have_value("Kept all the same.")
    desk.bring_to_front()
    expect(desk.locator("#saved")).to_contain_text("Saved", timeout=10_000)
    desk.close()
    expect(login.locator("#saved")).to_contain_text("Saved", timeout=10_000)
    assert Unsent.objects.get().value["text"] == "Kept all the same."


def test_two_tabs_contradict_each_other_in_the_open(desk, expected_on_console):
    expected_on_console.extend(EXPECTED)
    other = desk.context.new_page()
    other.goto(desk.url)
    expect(other.locator("#saved")).to_have_text("Everything is saved")
    other.keyboard.press("c")
    other.keyboard.type("Of the second tab.")
    expect(other.locator("#saved")).to_contain_text("Saved")
    desk.bring_to_front()
    desk.keyboard.press("c")
    desk.keyboard.type("Of the first.")
    error = desk.locator("#desk-evidence .chosen .form-error").last
    expect(error).to_contain_text("Of the second tab.")
    expect(desk.locator("#desk-evidence .chosen textarea[name=text]")).to_have_value("Of the first.")


def test_busy_server_is_tried_again(desk, expected_on_console):
    expected_on_console.append("status of 409")
    with transaction.atomic():
        User.objects.select_for_update().get(username="ada")
        desk.keyboard.press("c")
        desk.keyboard.type("Meanwhile.")
        expect(desk.locator("#desk-trouble")).to_contain_text("busy", timeout=10_000)
    expect(desk.locator("#saved")).to_contain_text("Saved")
    expect(desk.locator("#desk-trouble")).to_be_hidden()
    assert Unsent.objects.get().value["text"] == "Meanwhile."


def test_words_of_two_texts_make_no_passage_and_the_person_is_told(transactional_db, sign_in):
    factories.make_policy()
    now = timezone.now()
    draft = factories.make_draft(now=now)
    texts = [*factories.make_texts(), Text(factories.make_audience("patient").code, "It can ache.", factories.BODY)]
    articles.edit(version_id=draft.pk, texts=texts, by=draft.created_by, now=now)
    review = factories.make_accepted(articles.submit(version_id=draft.pk, by=draft.created_by, now=now), now=now)
    desk = sign_in(review.member.user)
    desk.goto(reverse("admin:reviews_review_desk", args=[review.pk]))
    expect(desk.locator("#saved")).to_have_text("Everything is saved")
    texts = "document.querySelectorAll('#desk-text article.text .claim')"
    desk.evaluate(
        f"() => {{ const all = {texts}; getSelection().setBaseAndExtent(all[0], 0, all[all.length - 1], 1); }}"
    )
    desk.keyboard.press("c")
    expect(desk.get_by_role("alert").filter(has_text="spans two texts")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#across")).to_be_hidden()
    desk.keyboard.press("c")
    desk.keyboard.type(f"{HEBREW} {COMBINING}")
    desk.locator("#desk-evidence .chosen").get_by_role("button", name="Save comment").click()
    expect(desk.locator("#desk-evidence .chosen .comment .words")).to_have_text(f"{HEBREW} {COMBINING}")
    desk.reload()
    words = desk.locator("#desk-evidence .chosen .comment .words")
    expect(words).to_have_text(f"{HEBREW} {COMBINING}")
    assert words.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert Comment.objects.get().text == f"{HEBREW} {COMBINING}"


def test_comments_whose_passage_is_gone_are_listed_at_the_end(transactional_db, sign_in):
    now = timezone.now()
    comment = make_proposal(proposal="", quote="can cause back pain", claim=None, now=now)
    wanda = factories.make_user("wanda")
    new = make_draft_of(comment, body="Something else is so [@orbach2005].\n", now=now)
    review = factories.make_accepted(articles.submit(version_id=new.pk, by=wanda, now=now), now=now)
    desk = sign_in(review.member.user)
    desk.goto(reverse("admin:reviews_review_desk", args=[review.pk]))
    desk.get_by_role("link", name="Comments on the version before").click()
    earlier = desk.get_by_role("region", name="Comments on the version before")
    expect(earlier).to_contain_text("Its passage is gone")
    expect(earlier).to_contain_text("Too weak.")


# --- a changed context ------------------------------------------------------------------------------------------------


@pytest.fixture
def moved(transactional_db):
    """Ada's accepted review of a text whose ten claims have moved to another heading since she checked them."""
    factories.make_policy(claim_checks="one")
    now, text = timezone.now(), body(dict.fromkeys(range(10), "orbach2005"))
    first = sent(f"## Benefits\n\n{text}", now=now)
    review = factories.make_accepted(first, now=now)
    check_all(review, verdict="partly", now=now)
    factories.sign(review, "request_changes", now=now)
    return factories.make_accepted(
        sent(f"## Harms in pregnancy\n\n{text}", after=factories.reread(first), now=now), now=now
    )


def test_member_is_shown_both_contexts_and_confirms_each_verdict_with_one_key(moved, sign_in):
    page = sign_in(moved.member.user)
    page.get_by_role("link", name=moved.version.question).first.click()
    words, change = page.locator("#progress-words"), page.locator("#desk-evidence .chosen .context-change")
    expect(words).to_have_text("0 of 10 checked, 10 to check again, 0 blocking")
    expect(page.locator("#desk-text .claim.is-context_changed")).to_have_count(10)
    expect(change.locator("del")).to_have_text("Under the heading: Benefits")
    expect(change.locator("ins")).to_have_text("Under the heading: Harms in pregnancy")
    page.keyboard.press("y")
    expect(words).to_have_text("1 of 10 checked, 9 to check again, 0 blocking")
    expect(page.locator("#desk-evidence .chosen .confirm-button")).to_have_count(0)
    page.keyboard.press("o")
    page.keyboard.press("x")
    expect(words).to_have_text("2 of 10 checked, 8 to check again, 1 blocking")
    for left in range(7, -1, -1):
        page.keyboard.press("o")
        page.keyboard.press("y")
        again = f", {left} to check again" if left else ""
        expect(words).to_have_text(f"{10 - left} of 10 checked{again}, 1 blocking")
    given = ClaimCheck.objects.filter(review=moved).values_list("verdict", flat=True)
    assert sorted(given) == ["contradicts", *["partly"] * 9]


# --- without JavaScript ---------------------------------------------------------------------------------------------


def test_member_works_at_the_desk_without_javascript(review, sign_in, browser):
    with_script = sign_in(review.member.user)
    context = browser.new_context(
        java_script_enabled=False, storage_state=with_script.context.storage_state(), base_url=with_script.url
    )
    page = context.new_page()
    page.goto(reverse("admin:reviews_review_desk", args=[review.pk]))
    claim = claims_of(review.version)[0]
    panel = page.locator(f"#evidence-{claim.pk}")
    panel.get_by_text("Locator, quote and note").click()
    panel.get_by_label("Where in the work").fill("p. 3")
    panel.get_by_label("Where in the work").press("Enter")
    panel.get_by_role("button", name="Partly supports").click()
    expect(page.locator("#progress-words")).to_have_text("1 of 40 checked, 0 blocking")
    panel.get_by_role("button", name="Contradicts").click()
    expect(page.locator("#progress-words")).to_have_text("1 of 40 checked, 1 blocking")
    assert (ClaimCheck.objects.get().verdict, ClaimCheck.objects.get().locator) == ("contradicts", "p. 3")
    assert ClaimCheck.history.count() == 2, "the Enter key in a field gives no verdict"
    panel.get_by_text("Comment on this claim").click()
    panel.get_by_label("Your comment").fill("Say which.")
    panel.get_by_role("button", name="Save comment").click()
    panel.get_by_text("Answer", exact=True).click()
    panel.get_by_label("Your answer").fill("The fifth.")
    panel.locator(".comment").get_by_role("button", name="Save comment").click()
    expect(panel.locator(".answer")).to_contain_text("The fifth.")
    panel.get_by_role("link", name="Open or resolve").click()
    page.get_by_role("link", name="Mark as resolved").click()
    page.get_by_role("button", name="Mark as resolved").click()
    assert Comment.objects.get(text="Say which.").resolved_by == review.member.user
    context.close()
