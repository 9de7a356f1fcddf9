"""Signing in a real browser: passwords, double clicks, two tabs, the back button and stale pages."""

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from editorial.actions import keep_portrait
from editorial.board.photos import SIDE
from editorial.models import Unsent
from reviews import actions
from reviews.models import Review, Signature
from tests.e2e.conftest import PASSWORD
from tests.support import factories

QUESTIONS = (("Is the dose right?", "yes_no", True),)


@pytest.fixture
def review(transactional_db) -> Review:
    factories.make_policy(quorum=2, questions=QUESTIONS)
    now = timezone.now()
    return factories.make_accepted(factories.make_submitted(now=now), now=now)


def sign_page(review: Review) -> str:
    return reverse("admin:reviews_review_do", args=[review.pk, "sign"])


def fill(page: Page, *, password: str = PASSWORD) -> None:
    page.get_by_label("Approve", exact=False).check()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Statement").fill("Read against every reference.")
    page.get_by_label("Your password").fill(password)


def button(page: Page):
    return page.get_by_role("button", name="Sign a decision")


def test_wrong_password_keeps_what_was_typed_and_the_right_one_signs(review, sign_in, expected_on_console):
    expected_on_console.append("422")
    page = sign_in(review.member.user)
    page.goto(sign_page(review))
    fill(page, password="wrong")
    button(page).click()
    expect(page.get_by_role("main")).to_contain_text("This is not your password.")
    expect(page.get_by_label("Statement")).to_have_value("Read against every reference.")
    page.get_by_label("Your password").fill(PASSWORD)
    button(page).click()
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("first of two approvals")


def test_login_that_expired_before_signing_loses_nothing_that_was_typed(review, sign_in):
    page = sign_in(review.member.user)
    page.goto(sign_page(review))
    fill(page)
    page.context.clear_cookies(name="sessionid")
    button(page).click()
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Statement")).to_have_value("Read against every reference.")
    expect(page.get_by_label("Approve", exact=False)).to_be_checked()
    expect(page.get_by_label("Your password")).to_have_value("")
    page.get_by_label("Your password").fill(PASSWORD)
    button(page).click()
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()
    page.wait_for_function("Object.keys(localStorage).every((name) => !name.startsWith('typed '))")
    assert not Unsent.objects.exists()
    assert Signature.objects.get().checklist[0]["answer"] == "yes"


def test_double_click_signs_once_and_back_leads_to_a_readable_page(review, sign_in):
    page = sign_in(review.member.user)
    page.goto(sign_page(review))
    fill(page)
    button(page).dblclick()
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("main")).to_be_visible()
    page.goto(sign_page(review))
    expect(page.get_by_text("You have already signed")).to_be_visible()
    assert Signature.objects.count() == 1


def test_second_tab_is_led_to_what_the_first_one_signed(review, sign_in):
    page = sign_in(review.member.user)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(sign_page(review))
        fill(tab)
    button(page).click()
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()
    button(other).click()
    expect(other.get_by_text("You have already signed")).to_be_visible()
    assert Signature.objects.count() == 1


def test_board_page_shows_a_portrait(review, open_page):
    drawn = BytesIO()
    Image.new("RGB", (600, 500), "teal").save(drawn, "PNG")
    ada = review.member
    keep_portrait(member_id=ada.pk, picture=drawn.getvalue(), by=ada.user, now=timezone.now())
    page = open_page()
    page.goto("/board/")
    loaded = "picture => picture.decode().then(() => picture.naturalWidth)"
    assert page.get_by_alt_text("Portrait of Ada Example").evaluate(loaded) == SIDE
    expect(page.get_by_role("heading", name="Ada Example", exact=False)).to_be_visible()


def test_stale_page_says_what_changed_and_signs_on_the_second_look(review, forgiving):
    page = forgiving(review.member.user)
    page.goto(sign_page(review))
    fill(page)
    actions.comment(review_id=review.pk, text="From elsewhere.", by=review.member.user, now=timezone.now())
    button(page).click()
    expect(page.get_by_role("alert")).to_contain_text("Your comments: 0 when you opened the page, 1 now.")
    assert not Signature.objects.exists()
    page.get_by_label("Your password").fill(PASSWORD)
    button(page).click()
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()
