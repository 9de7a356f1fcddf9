"""The second factor in a real browser: set up with the secret of the QR code, required at login and at signing."""

from base64 import b32decode

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from editorial.models import SecondFactor
from reviews.models import Signature
from tests.e2e.conftest import PASSWORD
from tests.support import factories
from tests.support.second_factors import code_at

SET_UP = "/admin/editorial/user/second-factor/"


@pytest.fixture
def set_up(transactional_db, sign_in) -> tuple[Page, list[str]]:
    """Ada's browser after setup and logout, and her recovery codes."""
    factories.make_policy(quorum=1, questions=())
    now = timezone.now()
    review = factories.make_accepted(factories.make_submitted(now=now), now=now)
    page = sign_in(review.member.user)
    page.get_by_role("link", name="Second factor").click()
    assert page.locator(".qr svg").bounding_box()["width"] > 150
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Code", exact=True).fill(code_at(b32decode(secret.replace(" ", "")), at=timezone.now()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    codes = page.locator(".recovery-codes li").all_inner_texts()
    page.get_by_role("button", name="Log out").click()
    return page, codes


def log_in(page: Page, code: str) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code of your second factor").fill(code)
    page.keyboard.press("Enter")


def test_set_up_then_asked_at_the_login_and_at_signing(set_up):
    page, codes = set_up
    assert len(codes) == 10
    log_in(page, "")
    expect(page.get_by_role("main")).to_contain_text("Enter the code that your second factor shows.")
    log_in(page, codes[0])
    expect(page.get_by_role("heading", name="Start")).to_be_visible()
    page.goto(
        reverse("admin:reviews_review_do", args=[SecondFactor.objects.get().user.board_member.reviews.get().pk, "sign"])
    )
    page.locator("input[value=request_changes]").check()
    page.get_by_label("Statement").fill("Say how often.")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_label("Code of your second factor").fill(codes[1])
    page.get_by_role("button", name="Sign a decision").dblclick()
    expect(page.get_by_role("heading", name="Receipt of a signature")).to_be_visible()
    assert Signature.objects.count() == 1
    assert len(SecondFactor.objects.get().recovery_codes) == 8
